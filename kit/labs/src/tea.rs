//! A course for this crate's tests.

use manifest::{Course, Lab};

const COURSE: &str = "\
title = 'Tea'

[[question]]
name = 'boil'
text = 'When is the water hot?'

[[question]]
name = 'steep'
text = 'How long does it take?'

[[question]]
name = 'pour'
text = 'How full is a cup?'

[[lab]]
number = 42
port = 8042
page = 'tea'
chapter = 'tea'
";

/// Its only lab, with three steps.
pub fn lab() -> Lab {
    Course::parse(COURSE).unwrap().labs.remove(0)
}
