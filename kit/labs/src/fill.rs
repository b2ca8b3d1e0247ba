//! Filling the holes in a file that an attendee has edited.

use crate::source::Source;

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Filled {
    /// No hole of these steps is in it, or all of them are solved already.
    Same,
    /// Its new text.
    Changed(String),
    /// These holes' comments, the first and the last, aren't there any more.
    Lost(Vec<[String; 2]>),
}

/// Puts the solution into the holes of `text` that belong to a step which `wanted` names.
/// `source` is the solution under the lab's names. Everything else stays as it is.
pub fn fill(text: &str, source: &Source, wanted: impl Fn(u8) -> bool) -> Filled {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut lost = Vec::new();
    for hole in source.holes().filter(|hole| wanted(hole.step)) {
        let (opening, closing) = (hole.opening(), hole.closing());
        match between(&lines, &opening, &closing) {
            Some(body) => drop(lines.splice(body, hole.solution())),
            None => lost.push([opening, closing]),
        }
    }
    if !lost.is_empty() {
        return Filled::Lost(lost);
    }
    if text.lines().eq(lines.iter().copied()) {
        return Filled::Same;
    }
    // An editor or git may have written CRLF: keep to it.
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Filled::Changed(lines.into_iter().flat_map(|line| [line, end]).collect())
}

/// The lines after the one `opening` and before the first `closing` that follows, if both are there.
fn between(lines: &[&str], opening: &str, closing: &str) -> Option<std::ops::Range<usize>> {
    let start = lines.iter().position(|line| line.trim() == opening)? + 1;
    let rest = lines[start..].iter().map(|line| line.trim());
    // Another hole's opening before the closing: this closing is that one's.
    let mut ends = rest.take_while(|line| !line.starts_with("// step ") || !line.contains(" ▼ "));
    let length = ends.position(|line| line == closing)?;
    Some(start..start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOLUTION: &str = "\
fn one() -> u8 {
    // ANCHOR: todo_1 say one
    1
    // ANCHOR_END: todo_1
}
fn two() -> u8 {
    // ANCHOR: naive_2 say two
    //~ 0
    let two = 2;
    two
    // ANCHOR_END: naive_2
}
";

    fn source() -> Source {
        Source::parse("lib.rs", SOLUTION, 1..=3).unwrap()
    }

    #[test]
    fn only_the_wanted_step_is_filled_and_all_else_stays() {
        let mine = source()
            .lab(|_| false)
            .text()
            .replace("    0\n", "    my();\n\n    own\n")
            .replace("fn two", "/// Mine.\nfn two");
        let expected = mine.replace("    my();\n\n    own\n", "    let two = 2;\n    two\n");
        assert_eq!(fill(&mine, &source(), |step| step == 2), Filled::Changed(expected));
        assert!(mine.contains("todo!"));
    }

    #[test]
    fn a_solved_file_stays() {
        let solved = source().lab(|_| true).text();
        assert_eq!(fill(&solved, &source(), |_| true), Filled::Same);
        assert_eq!(
            fill(&source().lab(|_| false).text(), &source(), |step| step == 3),
            Filled::Same
        );
    }

    #[test]
    fn line_ends_stay() {
        let mine = source().lab(|_| false).text().replace('\n', "\r\n");
        let solved = source().lab(|_| true).text().replace('\n', "\r\n");
        assert_eq!(fill(&mine, &source(), |_| true), Filled::Changed(solved));
    }

    #[test]
    fn a_hole_without_its_comments_is_lost() {
        let starter = source().lab(|_| false).text();
        let lost = |step: u8, what: &str| {
            Filled::Lost(vec![[format!("// step {step} ▼ {what}"), format!("// step {step} ▲")]])
        };
        let without = starter.replace("    // step 2 ▼ say two\n", "");
        assert_eq!(fill(&without, &source(), |step| step == 2), lost(2, "say two"));
        let without = starter.replace("    // step 1 ▲\n", "");
        assert_eq!(fill(&without, &source(), |_| true), lost(1, "say one"));
    }
}
