//! Whether events come too fast to be read aloud.

/// So many a second are read aloud.
const MOST: usize = 5;

/// In milliseconds, as the page's clock counts.
const SECOND: f64 = 1000.0;

/// Counts the events of a second.
#[derive(Default)]
pub struct Pace {
    start: f64,
    count: usize,
    fast: bool,
}

impl Pace {
    /// So many events came, `now` in milliseconds. Returns whether that is too fast: at once when there are too many, and
    /// until a whole second had no more of them than can be read.
    pub fn came(&mut self, events: usize, now: f64) -> bool {
        let past = now - self.start;
        if past >= SECOND {
            // After a longer silence the last second had none.
            self.fast = self.count > MOST && past < 2.0 * SECOND;
            self.start = now;
            self.count = 0;
        }
        self.count += events;
        self.fast |= self.count > MOST;
        self.fast
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_events_a_second_are_read() {
        let mut pace = Pace::default();
        assert!((0..100).all(|second| !pace.came(MOST, f64::from(second) * SECOND)));
    }

    #[test]
    fn a_flood_is_not_from_its_first_frame_until_a_calm_second() {
        let mut pace = Pace::default();
        assert!(pace.came(MOST + 1, 10_000.0));
        assert!(pace.came(1, 10_999.0));
        assert!(pace.came(1, 11_000.0), "the second before was too fast");
        assert!(!pace.came(1, 12_000.0), "this one wasn't");
        assert!(pace.came(MOST, 12_500.0));
        assert!(!pace.came(1, 60_000.0), "long after it");
    }
}
