//! Where the kit is.

use crate::Error;
use std::path::{Path, PathBuf};

/// The kit's packages that a workshop names itself, which are folders of `kit/`, too.
pub(crate) const PACKAGES: [&str; 2] = ["harness", "workshop"];

/// Where a workshop finds the kit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kit {
    /// In this folder, which has `kit/workshop` in it.
    Folder(PathBuf),
    /// In the git repository with this address.
    Repository(String),
}

impl Kit {
    /// The repository that this command was built from.
    pub fn own() -> Kit {
        let template = Path::new(env!("CARGO_MANIFEST_DIR"));
        Kit::Folder(template.ancestors().nth(2).unwrap_or(template).to_owned())
    }

    /// Reads what somebody wrote after `--kit`: the address of a git repository, or a folder.
    ///
    /// # Errors
    /// The folder doesn't hold the kit.
    pub fn parse(text: &str) -> Result<Kit, Error> {
        if text.contains("://") || text.starts_with("git@") {
            return Ok(Kit::Repository(text.to_owned()));
        }
        // Written into a file in another folder.
        let folder = std::path::absolute(text).unwrap_or_else(|_| text.into());
        match folder.join("kit/workshop/Cargo.toml").is_file() {
            true => Ok(Kit::Folder(folder)),
            false => Err(Error::NoKit(folder)),
        }
    }

    /// What a workspace's manifest says of a package of the kit.
    pub(crate) fn dependency(&self, package: &str) -> String {
        match self {
            Kit::Folder(folder) => {
                let folder = folder.join("kit").join(package);
                format!("path = {}", quoted(&folder.to_string_lossy().replace('\\', "/")))
            }
            Kit::Repository(address) => format!("git = {}", quoted(address)),
        }
    }
}

/// A line of text as a string of TOML.
pub(crate) fn quoted(line: &str) -> String {
    format!("\"{}\"", line.replace('\\', r"\\").replace('"', r#"\""#))
}
