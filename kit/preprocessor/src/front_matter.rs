//! The lines between `---` at the top of a chapter: what it costs in minutes.

use crate::problem::Fault;
use crate::text::Text;

/// How long a chapter takes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// Minutes to read it.
    pub minutes: Option<u32>,
    /// The lab that the chapter leads through, as in `lab-42`.
    pub lab: Option<String>,
    /// Minutes for each step of that lab.
    pub steps: Vec<u32>,
}

/// Takes the front matter off. A chapter without one is returned as it is.
pub fn take(chapter: &Text) -> Result<(FrontMatter, Text), Fault> {
    let mut front = FrontMatter::default();
    let mut keys = Vec::new();
    let mut lines = chapter.lines();
    if lines.next().is_none_or(|(_, line)| line.trim_end() != "---") {
        return Ok((front, chapter.clone()));
    }
    for (number, line) in lines.by_ref() {
        let fault = |text: String| Fault { line: number, text };
        let line = line.trim();
        if line == "---" {
            let mut rest = Text::default();
            lines.for_each(|(number, line)| rest.push(number, line));
            return Ok((front, rest));
        }
        let (key, value) = line.split_once(':').map_or((line, ""), |(k, v)| (k.trim(), v.trim()));
        let minutes = |text: &str| {
            text.trim().parse::<u32>().map_err(|_| {
                fault(format!("`{key}` takes whole minutes, as in `minutes: 12`, not `{text}`"))
            })
        };
        if !key.is_empty() && keys.contains(&key) {
            return Err(fault(format!("`{key}` is here twice: keep one of the two")));
        }
        keys.push(key);
        match key {
            "" => {}
            "minutes" => front.minutes = Some(minutes(value)?),
            "lab" => front.lab = Some(value.to_owned()),
            "steps" => {
                let list =
                    value.strip_prefix('[').and_then(|v| v.strip_suffix(']')).ok_or_else(|| {
                        fault(format!(
                            "`steps` is a list, as in `steps: [20, 12, 8]`, not `{value}`"
                        ))
                    })?;
                front.steps = list.split(',').map(minutes).collect::<Result<_, _>>()?;
            }
            other => {
                return Err(fault(format!(
                    "the front matter has no `{other}`; it knows `minutes`, `lab` and `steps`"
                )));
            }
        }
    }
    Err(Fault {
        line: 1,
        text: "the front matter is never closed: end it with a line `---`".into(),
    })
}

impl FrontMatter {
    /// The front matter of a chapter's text; `file` is for the message.
    ///
    /// # Errors
    /// It is wrongly written.
    pub fn of(chapter: &str, file: &str) -> anyhow::Result<FrontMatter> {
        match take(&Text::new(chapter)) {
            Ok((front, _)) => Ok(front),
            Err(fault) => Err(anyhow::anyhow!(fault.in_file(file))),
        }
    }

    /// Steps whose own line, as in `*12 minutes · needs step 1*`, says another time than `steps`.
    pub fn contradicted(&self, chapter: &Text) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut step = None;
        for (number, line) in chapter.lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                step = heading.strip_prefix("Step ").and_then(|rest| rest.split(':').next());
            }
            let said = line.strip_prefix('*').and_then(|line| line.split_once(" minutes"));
            let (Some(name), Some((said, _))) = (step, said) else { continue };
            let index = name.parse::<usize>().unwrap_or(0).wrapping_sub(1);
            if let Some(minutes) = self.steps.get(index)
                && said != minutes.to_string()
            {
                let text = format!(
                    "step {name} takes {said} minutes here, and {minutes} in `steps` at the top of \
                     the chapter: change one of the two"
                );
                faults.push(Fault { line: number, text });
            }
        }
        faults
    }

    /// The line under the chapter's heading; nothing when there is nothing to say.
    pub fn to_html(&self) -> Option<String> {
        let mut parts = Vec::new();
        if let Some(minutes) = self.minutes {
            parts.push(format!("{} to read", in_minutes(minutes)));
        }
        if let (Some(lab), false) = (&self.lab, self.steps.is_empty()) {
            let number = lab.trim_start_matches("lab-");
            let total = in_minutes(self.steps.iter().sum());
            parts.push(format!("{total} for lab {number} in {} steps", self.steps.len()));
        }
        (!parts.is_empty()).then(|| format!("<p class=\"minutes\">{}</p>", parts.join(", ")))
    }
}

/// A chapter's title: its heading `# …`.
pub fn title(chapter: &str) -> Option<&str> {
    chapter.lines().find_map(|line| line.trim_start_matches('\u{feff}').strip_prefix("# "))
}

fn in_minutes(minutes: u32) -> String {
    if minutes == 1 { "1 minute".into() } else { format!("{minutes} minutes") }
}

/// Puts the line about minutes under the chapter's first heading.
pub fn insert_minutes(chapter: &Text, line: &str) -> Text {
    let mut out = Text::default();
    let mut line = Some(line);
    for (number, text) in chapter.lines() {
        out.push(number, text);
        if text.starts_with("# ")
            && let Some(line) = line.take()
        {
            out.push(number, &format!("\n{line}\n"));
        }
    }
    out
}
