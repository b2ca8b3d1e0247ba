//! ```` ```notes ````: what the presenter says, shows and asks. Closed until asked for.

use crate::html::blocks;
use crate::problem::Fault;

const KINDS: [&str; 4] = ["Ask", "Demo", "Note", "Time"];

/// The notes behind a disclosure; each knows its kind, for the presenter's window.
pub fn render(body: &str) -> Result<String, Fault> {
    let mut notes: Vec<(&str, String)> = Vec::new();
    for (index, line) in body.lines().enumerate() {
        let start = line.split_once(':').filter(|(word, _)| KINDS.contains(word));
        match (start, notes.last_mut()) {
            (Some((kind, text)), _) => notes.push((kind, text.trim().to_owned())),
            (None, Some((_, text))) => {
                text.push('\n');
                text.push_str(line);
            }
            (None, None) if line.trim().is_empty() => {}
            (None, None) => {
                return Err(Fault::at(
                    index + 1,
                    format!("a note begins with `{}:`", KINDS.join(":`, `")),
                ));
            }
        }
    }
    if notes.is_empty() {
        return Err(Fault::new(format!("no notes: write lines such as `{}: …`", KINDS[0])));
    }
    let mut out = String::from("<details class=\"notes\"><summary>Speaker notes</summary>\n");
    for (kind, text) in notes {
        out.push_str(&format!(
            "<div class=\"note\" data-kind=\"{}\">\n{}\n</div>\n",
            kind.to_lowercase(),
            blocks(&format!("**{kind}:** {text}"))
        ));
    }
    out.push_str("</details>");
    Ok(out)
}
