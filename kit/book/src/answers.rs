//! ```` ```answers ````: how some transports answer the six questions, from one file for the whole
//! book.

use super::html::inline;
use super::include::Sources;
use super::problem::Fault;
use serde::Deserialize;
use std::collections::HashMap;

const FILE: &str = "book/data/answers.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transport {
    name: String,
    frame: String,
    push: String,
    idle: String,
    resume: String,
    pressure: String,
    goodbye: String,
}

/// A question's name, and where a transport has its answer.
type Question = (&'static str, fn(&Transport) -> &str);

const QUESTIONS: [Question; 6] = [
    ("frame", |transport| &transport.frame),
    ("push", |transport| &transport.push),
    ("idle", |transport| &transport.idle),
    ("resume", |transport| &transport.resume),
    ("pressure", |transport| &transport.pressure),
    ("goodbye", |transport| &transport.goodbye),
];

/// A table of the transports that the body names, a column each. The names are those of their
/// chapters' files.
pub fn render(body: &str, sources: &dyn Sources) -> Result<String, Fault> {
    let text = sources.read(FILE).map_err(|error| Fault::new(format!("{FILE}: {error}")))?;
    let answers: HashMap<String, Transport> =
        toml::from_str(&text).map_err(|error| Fault::new(format!("{FILE}: {error}")))?;
    let mut columns = Vec::new();
    for (index, line) in body.lines().enumerate() {
        for chapter in line.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let transport = answers.get(chapter).ok_or_else(|| {
                let text = format!("{FILE} has no [{chapter}]: add it, or correct the name");
                Fault::at(index + 1, text)
            })?;
            columns.push((chapter, transport));
        }
    }
    if columns.is_empty() {
        return Err(Fault::new("no transport: name some, as in `short-polling, sse`"));
    }
    let mut html = String::from(
        "<div class=\"table-wrapper\"><table class=\"answers\">\n\
         <thead><tr><th scope=\"col\">question</th>",
    );
    for (chapter, transport) in &columns {
        let name = inline(&transport.name);
        // A book may leave a chapter out and still tell its answers.
        let name = match sources.read(&format!("book/{chapter}.md")) {
            Ok(_) => format!("<a href=\"{chapter}.html\">{name}</a>"),
            Err(_) => name,
        };
        html += &format!("<th scope=\"col\">{name}</th>");
    }
    html += "</tr></thead>\n<tbody>\n";
    for (question, answer) in QUESTIONS {
        html += &format!("<tr><th scope=\"row\">{question}</th>");
        for (_, transport) in &columns {
            html += &format!("<td>{}</td>", inline(answer(transport)));
        }
        html += "</tr>\n";
    }
    Ok(html + "</tbody>\n</table></div>")
}
