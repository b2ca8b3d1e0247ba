//! The plans of the days, in `book/agenda.toml`.

use crate::chapter::root;
use workshop::agenda::Plan;

#[test]
fn the_minutes_of_each_day_add_up() {
    for day in Plan::days(&root()).unwrap() {
        let plan = Plan::read(&root(), &day).unwrap_or_else(|error| panic!("{error:#}"));
        let sum: u32 = plan.parts.iter().map(|part| part.minutes).sum();
        assert_eq!(sum + plan.reserve, plan.minutes);
    }
}
