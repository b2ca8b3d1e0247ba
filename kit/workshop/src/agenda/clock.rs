//! The time of day, in minutes.

use anyhow::{Result, bail};
use std::fmt;

/// A time of day, as in `09:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Since midnight; less than a day's.
    minutes: u32,
}

const DAY: u32 = 24 * 60;

impl Clock {
    /// Reads `09:30` or `9:30`.
    ///
    /// # Errors
    /// It is neither.
    pub fn parse(text: &str) -> Result<Clock> {
        let digits = |text: &str| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
        let parts = text.split_once(':').filter(|(h, m)| digits(h) && digits(m));
        let number = |text: &str| text.parse::<u32>().ok();
        match parts.and_then(|(hour, minute)| number(hour).zip(number(minute))) {
            Some((hour @ 0..24, minute @ 0..60)) => Ok(Clock { minutes: hour * 60 + minute }),
            _ => bail!("`{text}` is no time of day: write it as in 09:30"),
        }
    }

    /// Some minutes later, on the next day if need be.
    pub fn after(self, minutes: u32) -> Clock {
        Clock { minutes: (self.minutes + minutes % DAY) % DAY }
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}
