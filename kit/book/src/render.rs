//! mdBook's HTML, written from a folder that holds only what it needs.
//!
//! mdBook copies everything that isn't a chapter from the source folder, and fails on what it can't
//! read. An editor's lock (`.#sse.md`, a link to nowhere) would break every build. So it is given a
//! root without such files, and the copying is done here.

use crate::destination;
use anyhow::{Context, Result};
use mdbook_html::HtmlHandlebars;
use mdbook_renderer::{RenderContext, Renderer};
use std::fs;
use std::path::Path;

/// In place of mdBook's own renderer of that name.
pub struct Html;

impl Renderer for Html {
    fn name(&self) -> &str {
        "html"
    }

    fn render(&self, context: &RenderContext) -> Result<()> {
        let source = context.source_dir();
        let bare = tempfile::tempdir().context("no temporary folder")?;
        let mut changed = context.clone();
        changed.root = bare.path().to_owned();
        fs::create_dir_all(changed.source_dir())?;
        let html = context.config.html_config().unwrap_or_default();
        let not_found = html.input_404.as_deref().unwrap_or("404.md");
        if source.join(not_found).is_file() {
            copy(&source.join(not_found), &changed.source_dir().join(not_found))?;
        }
        // These two count from the root.
        for file in html.additional_css.iter().chain(&html.additional_js) {
            copy(&context.root.join(file), &bare.path().join(file))?;
        }
        let theme = html.theme.as_deref().unwrap_or(Path::new("theme"));
        if html.theme.is_some() || context.root.join(theme).is_dir() {
            changed.config.set("output.html.theme", context.root.join(theme))?;
        }
        HtmlHandlebars::new().render(&changed)?;

        let mut files = Vec::new();
        destination::walk(&source, "", &mut files)?;
        for path in files.iter().filter(|path| belongs_to_the_page(path)) {
            copy(&source.join(path), &context.destination.join(path))?;
        }
        Ok(())
    }
}

/// No chapter, and neither hidden nor an editor's own.
fn belongs_to_the_page(path: &str) -> bool {
    let own = |name: &str| name.starts_with(['.', '#']) || name.ends_with('~');
    !path.ends_with(".md") && !path.split('/').any(own)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let copied = fs::create_dir_all(to.parent().unwrap_or(to)).and_then(|()| fs::copy(from, to));
    copied.map(drop).with_context(|| format!("{} can't be copied", from.display()))
}
