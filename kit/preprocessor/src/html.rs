//! HTML inside of markdown.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// Text for an element or a quoted attribute.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Markdown as HTML, for places in which mdBook would take it as it stands.
pub fn blocks(markdown: &str) -> String {
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(markdown, options()));
    out.trim_end().to_owned()
}

/// One paragraph of markdown as HTML without its `<p>`, for a legend or a label.
pub fn inline(markdown: &str) -> String {
    let events = Parser::new_ext(markdown, options()).filter(|event| {
        !matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out.trim().to_owned()
}

/// Makes HTML one block to a markdown parser, which ends such a block at the first blank line.
/// A blank line inside `<pre>` stays one.
pub fn one_block(html: &str) -> String {
    let mut out = String::from("\n");
    for line in html.trim().lines() {
        out.push_str(line);
        out.push_str(if line.trim().is_empty() { "&#10;" } else { "\n" });
    }
    out
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_SMART_PUNCTUATION
}
