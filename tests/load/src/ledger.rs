//! What one subscriber received, in which order.

use serde::{Deserialize, Serialize};
use std::ops::{AddAssign, Sub};

/// Mistakes in the order of events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mistakes {
    /// Events that never came. One fewer when an event that seemed lost was only late.
    pub lost: i64,
    /// Events that came again.
    pub doubled: i64,
    /// Events that came after a newer one.
    pub disordered: i64,
}

impl AddAssign for Mistakes {
    fn add_assign(&mut self, other: Mistakes) {
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.disordered += other.disordered;
    }
}

impl Sub for Mistakes {
    type Output = Mistakes;

    fn sub(self, before: Mistakes) -> Mistakes {
        Mistakes {
            lost: self.lost - before.lost,
            doubled: self.doubled - before.doubled,
            disordered: self.disordered - before.disordered,
        }
    }
}

/// Follows one subscriber. Ids count up by one, so the newest id and the holes before it say all.
#[derive(Debug, Default)]
pub struct Ledger {
    newest: u64,
    /// Ids below `newest` that haven't come, to tell a late event from a doubled one.
    holes: Vec<u64>,
}

/// More holes than this aren't remembered. They are counted.
const HOLES: usize = 10_000;

impl Ledger {
    /// The newest id that came; 0 before the first.
    pub fn newest(&self) -> u64 {
        self.newest
    }

    /// Notes an event; returns what was wrong about it.
    pub fn saw(&mut self, id: u64) -> Mistakes {
        let none = Mistakes::default();
        if id > self.newest {
            let hole = self.newest + 1..id;
            let lost = (id - self.newest - 1) as i64;
            self.holes.extend(hole.take(HOLES.saturating_sub(self.holes.len())));
            self.newest = id;
            Mistakes { lost, ..none }
        } else if let Some(at) = self.holes.iter().position(|&hole| hole == id) {
            self.holes.swap_remove(at);
            Mistakes { lost: -1, disordered: 1, ..none }
        } else {
            Mistakes { doubled: 1, ..none }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lost, doubled, disordered.
    fn follow(ids: impl IntoIterator<Item = u64>) -> [i64; 3] {
        let mut ledger = Ledger::default();
        let mut sum = Mistakes::default();
        ids.into_iter().for_each(|id| sum += ledger.saw(id));
        [sum.lost, sum.doubled, sum.disordered]
    }

    #[test]
    fn what_is_right_is_no_mistake() {
        assert_eq!(follow(1..=100), [0, 0, 0]);
        assert_eq!(follow([]), [0, 0, 0]);
    }

    #[test]
    fn each_mistake_is_noticed() {
        assert_eq!(follow([1, 2, 4]), [1, 0, 0], "3 never came");
        assert_eq!(follow([3]), [2, 0, 0], "nor the first two");
        assert_eq!(follow([1, 2, 2, 3]), [0, 1, 0], "2 came twice");
        assert_eq!(follow([1, 3, 2, 4]), [0, 0, 1], "2 came after 3");
        assert_eq!(follow([1, 3, 2, 2, 4]), [0, 1, 1], "and came again");
    }

    #[test]
    fn a_large_hole_is_counted_and_costs_little_memory() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.saw(1_000_000).lost, 999_999);
        assert_eq!(ledger.holes.len(), HOLES);
    }
}
