//! A chapter's text that remembers where each line came from.

/// Text whose lines know the line of the chapter's file that they came from, so that a
/// message names the right line after the front matter is gone and includes are filled in.
#[derive(Debug, Clone, Default)]
pub struct Text {
    text: String,
    origins: Vec<usize>,
}

impl Text {
    /// A file as it was read, with line ends as `\n`, and without the mark (U+FEFF) that some
    /// editors begin a file with.
    pub fn new(source: &str) -> Text {
        let mut text = Text::default();
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        for (index, line) in source.lines().enumerate() {
            text.push(index + 1, line);
        }
        text
    }

    /// Adds `content`, one or several lines, that came from line `origin` of the file.
    pub fn push(&mut self, origin: usize, content: &str) {
        self.text.push_str(content);
        self.text.push('\n');
        self.origins.extend(std::iter::repeat_n(origin, content.matches('\n').count() + 1));
    }

    /// The text itself; every line ends with `\n`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Each line with the line of the file that it came from.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.origins.iter().copied().zip(self.text.lines())
    }

    /// The line of the file that the byte at `offset` came from.
    pub fn line_at(&self, offset: usize) -> usize {
        let line = self.text[..offset.min(self.text.len())].matches('\n').count();
        self.origins.get(line).or(self.origins.last()).copied().unwrap_or(1)
    }
}
