//! ```` ```answers ````: how some transports answer the questions, from one file for the whole
//! book.

use crate::html::inline;
use crate::include::Sources;
use crate::problem::Fault;
use manifest::Course;
use std::collections::BTreeMap;

const FILE: &str = "book/data/answers.toml";

/// For each transport its `name` and its answers, by the questions' names.
type Answers = BTreeMap<String, BTreeMap<String, String>>;

/// What a transport is called in the table's head.
const NAME: &str = "name";

/// Reads the file: each transport answers every question of the course, and nothing else.
fn read(course: &Course, sources: &dyn Sources) -> Result<Answers, Fault> {
    let text = sources.read(FILE).map_err(|error| Fault::new(format!("{FILE}: {error}")))?;
    let answers: Answers =
        toml::from_str(&text).map_err(|error| Fault::new(format!("{FILE}: {error}")))?;
    let names = || [NAME].into_iter().chain(course.questions.iter().map(|it| it.name.as_str()));
    for (chapter, fields) in &answers {
        if let Some(name) = names().find(|name| !fields.contains_key(*name)) {
            return Err(Fault::new(format!("{FILE}: [{chapter}] has no `{name}`: write it")));
        }
        if let Some(other) = fields.keys().find(|field| names().all(|name| name != *field)) {
            let text = format!(
                "{FILE}: [{chapter}] has `{other}`, which is no question: write one of `{}`",
                names().collect::<Vec<_>>().join("`, `")
            );
            return Err(Fault::new(text));
        }
    }
    Ok(answers)
}

/// A table of the transports that the body names, a column each. The names are those of their
/// chapters' files.
pub fn render(body: &str, course: &Course, sources: &dyn Sources) -> Result<String, Fault> {
    let answers = read(course, sources)?;
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
        let name = inline(&transport[NAME]);
        // A book may leave a chapter out and still tell its answers.
        let name = match sources.read(&format!("book/{chapter}.md")) {
            Ok(_) => format!("<a href=\"{chapter}.html\">{name}</a>"),
            Err(_) => name,
        };
        html += &format!("<th scope=\"col\">{name}</th>");
    }
    html += "</tr></thead>\n<tbody>\n";
    for question in &course.questions {
        let name = &question.name;
        html += &format!("<tr><th scope=\"row\">{name}</th>");
        for (_, transport) in &columns {
            html += &format!("<td>{}</td>", inline(&transport[name]));
        }
        html += "</tr>\n";
    }
    Ok(html + "</tbody>\n</table></div>")
}
