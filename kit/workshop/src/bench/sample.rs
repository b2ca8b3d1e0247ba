//! Some measurements of one thing, and what to say about them.

use std::fmt;
use std::time::Duration;

/// Times of several runs, in the order of the runs.
#[derive(Default)]
pub struct Sample(Vec<Duration>);

impl Sample {
    /// One more run.
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// The middle one; of an even number the later of the two in the middle.
    ///
    /// # Panics
    /// If nothing was measured.
    pub fn median(&self) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort();
        sorted[sorted.len() / 2]
    }
}

/// "median 1.23 s (1.10 to 1.40, 5 runs)"
impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |time: Option<&Duration>| time.unwrap_or(&Duration::ZERO).as_secs_f64();
        write!(
            f,
            "median {:.2} s ({:.2} to {:.2}, {} runs)",
            self.median().as_secs_f64(),
            seconds(self.0.iter().min()),
            seconds(self.0.iter().max()),
            self.0.len()
        )
    }
}

/// How many times as long the first took, by their medians.
pub fn ratio(ours: &Sample, theirs: &Sample) -> f64 {
    ours.median().as_secs_f64() / theirs.median().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        let sample = Sample([3, 1, 2].map(Duration::from_secs).into());
        assert_eq!(sample.to_string(), "median 2.00 s (1.00 to 3.00, 3 runs)");
        assert_eq!(ratio(&sample, &Sample(vec![Duration::from_secs(4)])), 0.5);
    }
}
