//! Where two texts differ.

/// The first line in which the texts differ: its number, from 1, and the line in each.
pub fn first_difference(one: &str, other: &str) -> Option<(usize, String, String)> {
    let (mut one, mut other) = (one.lines(), other.lines());
    for number in 1.. {
        match (one.next(), other.next()) {
            (None, None) => break,
            (one, other) if one == other => {}
            (one, other) => {
                let line = |line: Option<&str>| line.unwrap_or("(the file ends)").to_owned();
                return Some((number, line(one), line(other)));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_line_that_differs_is_told_with_its_number() {
        assert_eq!(first_difference("a\nb\n", "a\nb"), None);
        let differ = |number, one: &str, other: &str| Some((number, one.into(), other.into()));
        assert_eq!(first_difference("a\nb\nc", "a\nx\ny"), differ(2, "b", "x"));
        assert_eq!(first_difference("a\n", "a\nb\n"), differ(2, "(the file ends)", "b"));
    }
}
