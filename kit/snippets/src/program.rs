//! A fence's text as a program.

use std::borrow::Cow;

/// A `rust,run` fence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snippet {
    /// Unique in the book; lower-case letters, digits and hyphens.
    pub name: String,
    /// The fence's text as it is written: hidden lines begin with `# `.
    pub source: String,
    /// The chapter, from the workshop's folder: `book/sse.md`.
    pub file: String,
    /// The line of the opening fence in it, from 1.
    pub line: usize,
}

impl Snippet {
    /// The whole program. A hidden line loses its mark and stays a line of its own.
    pub fn program(&self) -> String {
        self.source.lines().flat_map(|line| [show(line), Cow::Borrowed("\n")]).collect()
    }

    /// The program after as many empty lines as the chapter has before it.
    pub fn program_at_its_line(&self) -> String {
        "\n".repeat(self.line) + &self.program()
    }

    /// The message for [`Snippet::program_at_its_line`] as one about the chapter.
    pub fn failure(&self, rustc: &str) -> String {
        let file = &self.file;
        let message = rustc.replace("snippet.rs:", &format!("{file}:"));
        // The first place is the first error's: a book's snippets are compiled without warnings.
        let line = message
            .split_once(&format!("--> {file}:"))
            .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>())
            .unwrap_or_else(|| self.line.to_string());
        let name = &self.name;
        format!("{file}:{line}: the snippet `{name}` does not compile\n\n{}", message.trim_end())
    }
}

/// mdBook's rule: `# x` is hidden, `## x` shows `# x`, and `#[x]` is an ordinary line.
fn show(line: &str) -> Cow<'_, str> {
    let code = line.trim_start();
    let indent = &line[..line.len() - code.len()];
    match code.strip_prefix('#') {
        Some("") => Cow::Borrowed(indent),
        Some(rest) if rest.starts_with('#') => Cow::Owned(format!("{indent}{rest}")),
        Some(rest) if rest.starts_with(' ') => Cow::Owned(format!("{indent}{}", &rest[1..])),
        _ => Cow::Borrowed(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snippet(name: &str, source: &str) -> Snippet {
        Snippet { name: name.into(), source: source.into(), file: "book/a.md".into(), line: 7 }
    }

    #[test]
    fn hidden_lines_are_part_of_the_program() {
        let source =
            "# use feed::Feed;\n#[derive(Debug)]\n#![allow(x)]\n#\n  # hidden();\n## shown\n#x";
        let program =
            "use feed::Feed;\n#[derive(Debug)]\n#![allow(x)]\n\n  hidden();\n# shown\n#x\n";
        assert_eq!(snippet("a", source).program(), program);
    }

    #[test]
    fn a_failure_names_the_chapters_line() {
        let rustc = "error[E0425]: cannot find value `x`\n --> snippet.rs:9:5\n";
        assert_eq!(
            snippet("a", "").failure(rustc),
            "book/a.md:9: the snippet `a` does not compile\n\n\
             error[E0425]: cannot find value `x`\n --> book/a.md:9:5"
        );
    }
}
