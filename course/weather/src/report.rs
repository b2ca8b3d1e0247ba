//! A weather report, and the rules for one that comes from outside.

use feed::{Feed, Id};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fmt;

/// One city's temperature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Reading {
    /// The city's name, 1 to 40 characters.
    pub city: String,
    /// Degrees Celsius.
    pub celsius: f32,
}

feed::object!(Reading, Serialize);

/// One update: several cities, and a note by a human if there is something to say.
///
/// Its text has a line for each city, then the note. Several lines are what breaks naive framing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Report {
    /// 1 to 64 of them.
    pub readings: Vec<Reading>,
    /// Any characters, at most 4 KiB: line ends, NUL and emoji are what transports must survive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

feed::object!(Report, Serialize);

impl Report {
    /// A report without a note.
    pub fn of(readings: &[(&str, f32)]) -> Report {
        let readings = readings
            .iter()
            .map(|&(city, celsius)| Reading { city: city.to_owned(), celsius })
            .collect();
        Report { readings, note: None }
    }

    /// The same report with a note.
    pub fn with_note(self, note: impl Into<String>) -> Report {
        Report { note: Some(note.into()), ..self }
    }

    /// Appends it to a feed as an event of kind `weather` and returns its id. Never waits for a
    /// reader.
    pub fn publish(&self, feed: &Feed) -> Id {
        feed.append("weather", self.to_string())
    }

    /// Says what is wrong with a report that came from outside.
    ///
    /// # Errors
    /// The first field that breaks its rule.
    pub fn check(&self) -> Result<(), BadReport> {
        if !(1..=64).contains(&self.readings.len()) {
            return Err(BadReport::Readings(self.readings.len()));
        }
        for Reading { city, celsius } in &self.readings {
            let length = city.chars().count();
            if !(1..=40).contains(&length) {
                return Err(BadReport::CityLength(length));
            }
            if city.chars().any(char::is_control) {
                return Err(BadReport::CityControl(city.clone()));
            }
            if !celsius.is_finite() {
                return Err(BadReport::Celsius { city: city.clone(), celsius: *celsius });
            }
        }
        match &self.note {
            Some(note) if note.len() > 4096 => Err(BadReport::Note(note.len())),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Reading { city, celsius }) in self.readings.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{city} {celsius:.1}")?;
        }
        match &self.note {
            Some(note) => write!(f, "\n{note}"),
            None => Ok(()),
        }
    }
}

/// A field of a report from outside that breaks its rule. Its text is one sentence for the sender:
/// the field, the rule, and what was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum BadReport {
    /// So many readings.
    Readings(usize),
    /// A city's name of so many characters.
    CityLength(usize),
    /// A city's name with control characters.
    CityControl(String),
    /// A temperature that is no number.
    Celsius {
        /// Whose.
        city: String,
        /// Infinite, or not a number.
        celsius: f32,
    },
    /// A note of so many bytes.
    Note(usize),
}

impl fmt::Display for BadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadReport::Readings(count) => write!(f, "readings must be 1 to 64, got {count}"),
            BadReport::CityLength(length) => {
                write!(f, "city must have 1 to 40 characters, got {length}")
            }
            BadReport::CityControl(city) => {
                write!(f, "city must not hold control characters, got {city:?}")
            }
            BadReport::Celsius { city, celsius } => {
                write!(f, "celsius of {city} must be a number, got {celsius}")
            }
            BadReport::Note(length) => write!(f, "note must be at most 4096 bytes, got {length}"),
        }
    }
}

impl Error for BadReport {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_line_a_city_then_the_note() {
        let report = Report::of(&[("BERLIN", 25.5), ("LONDON", -0.25)]).with_note("Fog.");
        assert_eq!(report.to_string(), "BERLIN 25.5\nLONDON -0.2\nFog.");
    }

    #[test]
    fn bad_reports_are_refused_with_the_field_and_the_rule() {
        let says = |report: Report| report.check().unwrap_err().to_string();
        assert_eq!(says(Report::of(&[])), "readings must be 1 to 64, got 0");
        assert_eq!(says(Report::of(&[("", 1.0)])), "city must have 1 to 40 characters, got 0");
        assert_eq!(
            says(Report::of(&[("BER\nLIN", 1.0)])),
            "city must not hold control characters, got \"BER\\nLIN\""
        );
        assert_eq!(
            says(Report::of(&[("BERLIN", f32::NAN)])),
            "celsius of BERLIN must be a number, got NaN"
        );
        let long = Report::of(&[("BERLIN", 1.0)]).with_note("x".repeat(4097));
        assert_eq!(says(long), "note must be at most 4096 bytes, got 4097");
    }

    #[test]
    fn a_note_may_hold_anything() {
        let report = Report::of(&[("BERLIN", 1.0)]).with_note("a\r\n\0🌧");
        assert_eq!(report.check(), Ok(()));
    }
}
