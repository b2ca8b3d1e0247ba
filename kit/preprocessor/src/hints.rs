//! ```` ```hints LAB STEP ````: three hints, each stronger than the one before.

use crate::fence::{self, Kind};
use crate::html::blocks;
use crate::problem::Fault;
use crate::text::Text;

/// The hints one inside the other, so that each has to be asked for.
pub fn render(body: &str, lab: &str, step: u8) -> Result<String, Fault> {
    let [first, second, third] = parse(body)?.map(|hint| blocks(&hint));
    Ok(format!(
        "<details class=\"hints\" data-lab=\"{lab}\" data-step=\"{step}\">\
         <summary>A hint for step {step}</summary>\n{first}\n\
         <details><summary>A stronger hint</summary>\n{second}\n\
         <details><summary>Nearly the answer</summary>\n{third}\n\
         </details>\n</details>\n</details>"
    ))
}

/// The hints of a step as a chapter has them, if it does.
pub fn find(chapter: &str, lab: &str, step: u8) -> Option<anyhow::Result<[String; 3]>> {
    let wanted = Kind::Hints { lab: lab.to_owned(), step: step.to_string() };
    let chapter = Text::new(chapter);
    let (fences, _) = fence::find(&chapter, "");
    let fence = fences.iter().find(|fence| fence.kind == wanted)?;
    Some(parse(fence.body).map_err(|fault| anyhow::anyhow!(fault.text)))
}

/// The three hints as markdown, the weakest first.
pub fn parse(body: &str) -> Result<[String; 3], Fault> {
    let mut hints: Vec<String> = Vec::new();
    for (index, line) in body.lines().enumerate() {
        if let Some(text) = line.strip_prefix(&format!("{}. ", hints.len() + 1)) {
            hints.push(text.to_owned());
        } else if let Some(hint) = hints.last_mut() {
            if !line.trim().is_empty() && !line.starts_with("   ") {
                return Err(Fault::at(
                    index + 1,
                    "hints are numbered `1. `, `2. `, `3. `; indent what continues one by three spaces",
                ));
            }
            hint.push('\n');
            hint.push_str(line.get(3..).unwrap_or(""));
        } else if !line.trim().is_empty() {
            return Err(Fault::at(index + 1, "the first hint begins with `1. `"));
        }
    }
    let count = hints.len();
    <[String; 3]>::try_from(hints)
        .map(|hints| hints.map(|hint| hint.trim_end().to_owned()))
        .map_err(|_| {
            Fault::new(format!(
                "there must be three hints, weak to strong, not {count}; if one of them holds a \
                 fence, begin and end these with four backticks"
            ))
        })
}
