//! ```` ```rust,run,name=NAME ````: a program that runs in the page.

use crate::html::escape;
use snippets::{Prepared, State};

/// The element that the page's script makes runnable, around a block that mdBook renders.
pub fn render(snippet: &Prepared, body: &str) -> String {
    let name = &snippet.name;
    let (attribute, value) = match &snippet.state {
        State::Failed(error) => ("data-error", error),
        State::Ready | State::Pending => ("data-wasm", &snippet.url),
    };
    // A blank line in the value would end the block of HTML.
    let value = escape(value).replace('\n', "&#10;");
    let fence = "`".repeat(body.split('\n').map(backticks).max().unwrap_or(0).max(2) + 1);
    format!(
        "\n<run-snippet data-name=\"{name}\" {attribute}=\"{value}\">\n\n\
         {fence}rust\n{body}\n{fence}\n\n</run-snippet>\n"
    )
}

fn backticks(line: &str) -> usize {
    line.trim_start().chars().take_while(|c| *c == '`').count()
}
