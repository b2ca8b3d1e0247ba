//! ```` ```wire ```` and ```` ```ladder ````: what was recorded on a wire, as text and as a diagram.

use crate::include::Sources;
use crate::problem::Fault;

/// The transcript of the snapshot that the body names.
pub fn transcript(body: &str, sources: &dyn Sources) -> Result<String, Fault> {
    Ok(trace::to_html(&recording(body.trim(), sources)?))
}

/// A diagram: drawn from a text, or with `from NAME` from what was recorded. A second line
/// `title: …` says what the recording shows.
pub fn ladder(body: &str, sources: &dyn Sources) -> Result<String, Fault> {
    let ladder = match body.trim().strip_prefix("from ") {
        Some(rest) => {
            let (name, title) = rest.split_once('\n').unwrap_or((rest, ""));
            let title = match title.trim() {
                "" => name.trim(),
                line => line.strip_prefix("title:").map(str::trim).ok_or_else(|| {
                    Fault::at(2, "after `from NAME` comes nothing or a line `title: …`")
                })?,
            };
            trace::Ladder::from_lines(title, &recording(name.trim(), sources)?)
        }
        None => trace::Ladder::parse(body).map_err(|error| Fault::at(error.line, error.reason))?,
    };
    Ok(ladder.to_svg())
}

/// The lines of `tests/snapshots/NAME.snap`.
fn recording(name: &str, sources: &dyn Sources) -> Result<Vec<trace::Line>, Fault> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/');
    if name.is_empty() || !name.chars().all(plain) {
        return Err(Fault::at(1, "write the name of one snapshot, as in `lab_NN/first_event`"));
    }
    let path = format!("tests/snapshots/{name}.snap");
    let snapshot = sources.read(&path).map_err(|error| {
        Fault::at(1, format!("`{path}` can't be read: {error}; correct the name"))
    })?;
    trace::parse(without_header(&snapshot)).map_err(|error| {
        Fault::at(1, format!("`{path}` is not a transcript: {error}; record it again"))
    })
}

/// Insta's snapshots begin with what it noted about them, between two lines `---`. Git may have
/// checked them out with either line end.
fn without_header(snapshot: &str) -> &str {
    let is_mark = |line: &str| line.trim_end_matches(['\r', '\n']) == "---";
    let mut marks = snapshot.split_inclusive('\n').scan(0, |end, line| {
        *end += line.len();
        Some((*end, is_mark(line)))
    });
    if !marks.next().is_some_and(|(_, is_mark)| is_mark) {
        return snapshot;
    }
    let end = marks.find(|(_, is_mark)| *is_mark).map_or(0, |(end, _)| end);
    &snapshot[end..]
}
