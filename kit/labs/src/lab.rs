//! A lab's name, and where its parts are.

use anyhow::{Context, Result, bail, ensure};
use std::path::Path;

/// A lab, by its number: everything of it has a fixed place in the workshop's folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lab {
    /// Two digits.
    number: String,
}

impl Lab {
    /// Reads `lab-03`, `03` or `3`.
    ///
    /// # Errors
    /// It is none of these.
    pub fn parse(name: &str) -> Result<Self> {
        let digits = name.strip_prefix("lab-").unwrap_or(name);
        let number: u8 = match digits.parse() {
            Ok(number) if number < 100 && digits.bytes().all(|b| b.is_ascii_digit()) => number,
            _ => bail!("`{name}` isn't the name of a lab: write lab-03, 03 or 3"),
        };
        Ok(Lab { number: format!("{number:02}") })
    }

    /// Reads a lab's name and makes sure that there is one.
    ///
    /// # Errors
    /// There isn't; the error says which ones there are.
    pub fn find(root: &Path, name: &str) -> Result<Self> {
        let lab = Lab::parse(name)?;
        let labs = Lab::all(root)?;
        let names: Vec<_> = labs.iter().map(Lab::name).collect();
        ensure!(labs.contains(&lab), "there is no {}; there is: {}", lab.name(), names.join(", "));
        Ok(lab)
    }

    /// All labs that have a solution.
    pub fn all(root: &Path) -> Result<Vec<Self>> {
        let folder = root.join("solutions");
        let mut labs = Vec::new();
        let entries = std::fs::read_dir(&folder)
            .with_context(|| format!("{} can't be read", folder.display()))?;
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.starts_with("lab-")
                && let Ok(lab) = Lab::parse(&name)
            {
                labs.push(lab);
            }
        }
        labs.sort();
        Ok(labs)
    }

    /// The number in two digits: `03`.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The name, which is the package's too: `lab-03`.
    pub fn name(&self) -> String {
        format!("lab-{}", self.number)
    }

    /// The folder that the attendee edits: `labs/lab-03`.
    pub fn folder(&self) -> String {
        format!("labs/lab-{}", self.number)
    }

    /// The solution's folder: `solutions/lab-03`.
    pub fn solution(&self) -> String {
        format!("solutions/lab-{}", self.number)
    }

    /// The contract: `tests/lab_03`, which is a file (`.rs`) and a folder of its modules.
    pub fn contract(&self) -> String {
        format!("tests/lab_{}", self.number)
    }

    /// The solution's text under the lab's names: `solution-03` and `solution_03` become `lab-03`
    /// and `lab_03`.
    pub fn exchange(&self, text: &str) -> String {
        let number = &self.number;
        text.replace(&format!("solution-{number}"), &format!("lab-{number}"))
            .replace(&format!("solution_{number}"), &format!("lab_{number}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lab_has_three_names() {
        for name in ["lab-03", "03", "3"] {
            assert_eq!(Lab::parse(name).unwrap().name(), "lab-03");
        }
        for name in ["", "lab-", "-3", "+3", "100", "solution-03"] {
            assert!(Lab::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn names_are_exchanged() {
        let lab = Lab::parse("03").unwrap();
        assert_eq!(
            lab.exchange("use solution_03::wire; // solution-03, solution-04, solutions/lab-03"),
            "use lab_03::wire; // lab-03, solution-04, solutions/lab-03"
        );
    }
}
