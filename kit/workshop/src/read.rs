//! The commands for those who read: `serve`, `build`, and `preprocess` for the stock mdbook.

use anyhow::{Context, Result};
use lexopt::Arg;
use manifest::Course;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `[serve] [--port N] [--no-open] [--allow-host NAME …] [--poll]`
pub fn serve(root: &Path, course: &Arc<Course>, mut args: lexopt::Parser) -> Result<()> {
    let mut options = serve::Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("port") => {
                let value = args.value()?;
                options.port =
                    value.to_str().and_then(|text| text.parse().ok()).with_context(|| {
                        format!("`{}` is not a port: write a number up to 65535", value.display())
                    })?;
            }
            Arg::Long("no-open") => options.open = false,
            Arg::Long("poll") => options.poll = true,
            Arg::Long("allow-host") => {
                options.allowed.push(args.value()?.to_string_lossy().parse()?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    serve::run(root, course, options)
}

/// `build [--dest FOLDER]`
pub fn build(root: &Path, course: &Arc<Course>, mut args: lexopt::Parser) -> Result<()> {
    let mut destination = None;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("dest") => destination = Some(PathBuf::from(args.value()?)),
            other => return Err(other.unexpected().into()),
        }
    }
    book::build(root, course, destination.as_deref())
}

/// `preprocess`: JSON in, JSON out; or `preprocess supports RENDERER`.
pub fn preprocess(root: &Path, course: &Arc<Course>, mut args: lexopt::Parser) -> Result<()> {
    match args.next()? {
        None => book::preprocess(root, course),
        Some(Arg::Value(word)) if word == "supports" => {
            // mdBook asks by exit status.
            std::process::exit(i32::from(args.value()? != preprocessor::RENDERER));
        }
        Some(other) => Err(other.unexpected().into()),
    }
}
