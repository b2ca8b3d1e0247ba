//! ```` ```times ````: how long the chapters take, from their front matter.

use crate::front_matter::{FrontMatter, title};
use crate::html::inline;
use crate::include::Sources;
use crate::problem::Fault;

/// A table of the chapters that the body names, a row each, and of their sums. The names are those
/// of their files.
pub fn render(body: &str, sources: &dyn Sources) -> Result<String, Fault> {
    let mut rows = String::new();
    let (mut reading, mut steps, mut doing) = (0, 0, 0);
    for (index, line) in body.lines().enumerate() {
        for name in line.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let file = format!("book/{name}.md");
            let fault = |text: String| Fault::at(index + 1, text);
            let text = sources.read(&file).map_err(|error| fault(format!("{file}: {error}")))?;
            let front = FrontMatter::of(&text, &file).map_err(|error| fault(error.to_string()))?;
            let minutes = front
                .minutes
                .ok_or_else(|| fault(format!("{file} has no `minutes` in its front matter")))?;
            let title =
                title(&text).ok_or_else(|| fault(format!("{file} has no heading `# …`")))?;
            let lab: u32 = front.steps.iter().sum();
            let lab_cell = match &front.lab {
                Some(name) => {
                    let (number, count) = (name.trim_start_matches("lab-"), front.steps.len());
                    format!("lab {number}: {count} steps, {lab} min")
                }
                None => String::new(),
            };
            rows += &format!(
                "<tr><th scope=\"row\"><a href=\"{name}.html\">{}</a></th><td>{minutes} min</td>\
                 <td>{lab_cell}</td></tr>\n",
                inline(title)
            );
            reading += minutes;
            steps += front.steps.len();
            doing += lab;
        }
    }
    if rows.is_empty() {
        return Err(Fault::new("no chapter: name some, as in `problem, six-questions`"));
    }
    Ok(format!(
        "<div class=\"table-wrapper\"><table>\n<thead><tr><th scope=\"col\">chapter</th>\
         <th scope=\"col\">reading</th><th scope=\"col\">doing</th></tr></thead>\n<tbody>\n{rows}\
         <tr><th scope=\"row\">all of it</th><td>{}</td><td>{steps} steps, {}</td></tr>\n\
         </tbody>\n</table></div>",
        hours(reading),
        hours(doing)
    ))
}

fn hours(minutes: u32) -> String {
    format!("{} h {} min", minutes / 60, minutes % 60)
}
