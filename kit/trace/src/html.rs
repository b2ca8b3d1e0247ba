//! The form of a transcript for a page: lists with real text.

use crate::text::arrow;
use crate::{Direction, Line};

/// A small style sheet for [`to_html`] and ladder diagrams. Colours are CSS variables with
/// defaults that follow the page's text, so that it fits light and dark.
pub const STYLE: &str = include_str!("style.css");

/// A transcript as HTML. Each turn says in words who sends; each line shows every byte, what it
/// is, and its note. Everything is escaped; it can be read without CSS.
pub fn to_html(lines: &[Line]) -> String {
    write(lines, |_| String::new())
}

/// The same with the seconds since the start, for what happens while the reader looks on.
pub fn to_html_with_times(lines: &[Line]) -> String {
    write(lines, |line| format!(" <span class=\"wire-at\">{}</span>", line.time()))
}

fn write(lines: &[Line], time: impl Fn(&Line) -> String) -> String {
    let mut html = String::from("<ol class=\"wire\" role=\"list\">\n");
    for turn in lines.chunk_by(|one, next| one.direction == next.direction) {
        let (class, who) = match turn[0].direction {
            Direction::Sent => ("wire-sent", "client to server"),
            Direction::Received => ("wire-received", "server to client"),
        };
        html += &format!(
            "<li class=\"{class}\"><span class=\"wire-who\"><span aria-hidden=\"true\">{}</span> \
             {who}</span>\n<ol role=\"list\">\n",
            arrow(turn[0].direction)
        );
        for line in turn {
            html += &line_to_html(line, &time(line));
        }
        html += "</ol></li>\n";
    }
    html + "</ol>\n"
}

fn line_to_html(line: &Line, time: &str) -> String {
    let name = line.kind.name();
    let mut html = format!(
        "<li class=\"wire-{name}\"><span class=\"wire-kind\">{}{time}</span>",
        name.replace('-', " ")
    );
    if !line.bytes.is_empty() {
        html += &format!(" <code>{}</code>", marked(&line.shown()));
    }
    if !line.note.is_empty() {
        html += &format!(" <span class=\"wire-note\">{}</span>", escape(&line.note));
    }
    html + "</li>\n"
}

/// Names the bytes that have no character of their own: few fonts have the signs of the text form,
/// and a screen reader says "LF" better. Without CSS a space sets the name off.
fn marked(shown: &str) -> String {
    let mut html = String::new();
    let mut rest = shown.chars();
    while let Some(c) = rest.next() {
        let name = match c {
            '␍' => "CR".into(),
            '␊' => "LF".into(),
            '␀' => "NUL".into(),
            '⟦' => rest.by_ref().take_while(|&c| c != '⟧').collect::<String>(),
            c => {
                html += &escape(c.encode_utf8(&mut [0; 4]));
                continue;
            }
        };
        html += &format!("<span class=\"wire-mark\"> {name}</span>");
    }
    html
}

/// Text for an element's content or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            // No page may contain NUL and the like, however written.
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
