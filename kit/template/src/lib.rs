//! A new workshop: small, complete, on a subject of its own, and with the kit as a dependency.
//!
//! Its files are real ones, in `files/`, with three things to fill in: the title, as TOML and in
//! words, and where the kit is. A name that tools would take for their own ends in `.template` there.
//!
//! | file | what it does |
//! |---|---|
//! | `kit.rs` | [`Kit`]: where the new workshop finds the kit |
//! | `files.rs` | what is in `files/` |
//! | `error.rs` | what is said when nothing can be written |

mod error;
mod files;
mod kit;

pub use error::Error;
pub use kit::Kit;

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Writes a workshop into a folder that isn't there yet, or is empty. `labs/` isn't among what is
/// written, since it is made from `solutions/`.
///
/// # Errors
/// There is something in the folder already, or it can't be made or written, or the title is no line
/// of text.
pub fn write(folder: &Path, title: &str, kit: &Kit) -> Result<(), Error> {
    if title.trim().is_empty() || title.contains(char::is_control) {
        return Err(Error::Title);
    }
    let cannot = |error| Error::Unwritable { path: folder.to_owned(), error };
    match fs::read_dir(folder).map(|mut there| there.next().is_none()) {
        Ok(true) => {}
        Ok(false) => return Err(Error::NotEmpty(folder.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return Err(Error::NotAFolder(folder.to_owned()));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(cannot(error)),
    }
    fs::create_dir_all(folder).map_err(cannot)?;
    for (path, text) in files::all() {
        let path = folder.join(files::real_name(path));
        let cannot = |error| Error::Unwritable { path: path.clone(), error };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(cannot)?;
        }
        fs::write(&path, filled(text, title, kit)).map_err(cannot)?;
    }
    Ok(())
}

/// A title for the folder: `my-workshop` becomes `My workshop`.
pub fn title(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "A workshop".to_owned(),
    }
}

fn filled(text: &str, title: &str, kit: &Kit) -> String {
    let text = text.replace("@title@", &kit::quoted(title)).replace("@title in words@", title);
    kit::PACKAGES
        .iter()
        .fold(text, |text, package| text.replace(&format!("@{package}@"), &kit.dependency(package)))
}

#[cfg(test)]
mod tests;
