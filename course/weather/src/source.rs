//! A seeded source of weather reports: the same seed gives the same weather.

use crate::report::{Reading, Report};

/// An endless iterator of reports about the same cities. Each differs a little from the last.
///
/// ```
/// let mut weather = weather::Source::new(7);
/// assert_eq!(weather.next().unwrap().to_string(), "BERLIN 25.5\nLONDON 24.3\nPARIS 27.4");
/// ```
#[derive(Clone, Debug)]
pub struct Source {
    seed: u64,
    tenths: [(&'static str, i32); 3],
    first: bool,
}

impl Source {
    /// Weather that starts as in the book: BERLIN 25.5, LONDON 24.3, PARIS 27.4.
    pub fn new(seed: u64) -> Source {
        Source { seed, tenths: [("BERLIN", 255), ("LONDON", 243), ("PARIS", 274)], first: true }
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014): small, and good enough for weather.
    fn random(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Iterator for Source {
    type Item = Report;

    fn next(&mut self) -> Option<Report> {
        if !std::mem::take(&mut self.first) {
            let (city, up) = ((self.random() % 3) as usize, self.random().is_multiple_of(2));
            let tenths = &mut self.tenths[city].1;
            *tenths = (*tenths + if up { 1 } else { -1 }).clamp(-300, 450);
        }
        let readings = self
            .tenths
            .map(|(city, tenths)| Reading { city: city.into(), celsius: tenths as f32 / 10.0 });
        Some(Report { readings: readings.into(), note: None })
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn the_same_seed_gives_the_same_weather() {
        let some = |seed| Source::new(seed).take(100).collect::<Vec<_>>();
        assert_eq!(some(7), some(7));
        assert_ne!(some(7), some(8));
    }
}
