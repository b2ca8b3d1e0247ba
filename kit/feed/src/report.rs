//! A weather report, and the rules for one that comes from outside.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One city's temperature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The city's name, 1 to 40 characters.
    pub city: String,
    /// Degrees Celsius.
    pub celsius: f32,
}

/// One update: several cities, and a note by a human if there is something to say.
///
/// Its text has a line for each city, then the note. Several lines are what breaks naive framing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// 1 to 64 of them.
    pub readings: Vec<Reading>,
    /// Any characters, at most 4 KiB: line ends, NUL and emoji are what transports must survive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

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

    /// Says what is wrong with a report that came from outside.
    ///
    /// # Errors
    /// One sentence for the sender, naming the field, the rule and what was sent.
    pub fn check(&self) -> Result<(), String> {
        if !(1..=64).contains(&self.readings.len()) {
            return Err(format!("readings must be 1 to 64, got {}", self.readings.len()));
        }
        for Reading { city, celsius } in &self.readings {
            let length = city.chars().count();
            if !(1..=40).contains(&length) {
                return Err(format!("city must have 1 to 40 characters, got {length}"));
            }
            if city.chars().any(char::is_control) {
                return Err(format!("city must not hold control characters, got {city:?}"));
            }
            if !celsius.is_finite() {
                return Err(format!("celsius of {city} must be a number, got {celsius}"));
            }
        }
        match &self.note {
            Some(note) if note.len() > 4096 => {
                Err(format!("note must be at most 4096 bytes, got {}", note.len()))
            }
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
        let says = |report: Report| report.check().unwrap_err();
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
