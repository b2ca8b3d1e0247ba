//! What a line of an event stream does to its reader (HTML Living Standard, section 9.2.6).

/// Lines are judged by at most so many of their first bytes; it bounds what is kept.
const KEEP: usize = 1024;

/// So many digits of a number fit into a note.
const DIGITS: usize = 24;

/// Follows an event stream line by line and says what each does.
#[derive(Debug, Default)]
pub(crate) struct EventStream {
    /// The unfinished line, whose first pieces were in earlier chunks.
    line: Vec<u8>,
    goes_on: bool,
    after_cr: bool,
    began: bool,
    data: bool,
}

impl EventStream {
    /// The note for the next piece: one line with its end, or a part of one.
    pub fn note(&mut self, piece: &[u8]) -> String {
        if std::mem::take(&mut self.after_cr) && piece == b"\n" {
            return "the other half of the CR LF".into();
        }
        let text = piece.strip_suffix(b"\n").unwrap_or(piece);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let room = KEEP.saturating_sub(self.line.len());
        self.line.extend_from_slice(&text[..text.len().min(room)]);
        self.after_cr = piece.ends_with(b"\r");
        if text.len() == piece.len() {
            let again = std::mem::replace(&mut self.goes_on, true);
            return if again { "the line still goes on" } else { "the line goes on" }.into();
        }
        let line = std::mem::take(&mut self.line);
        let note = self.meaning(&line);
        if std::mem::take(&mut self.goes_on) {
            return if note.is_empty() {
                "the rest of the line".into()
            } else {
                format!("the rest of the line: {note}")
            };
        }
        note
    }

    /// Whether an event has begun that no empty line has ended.
    pub fn unfinished(&self) -> bool {
        self.data || self.goes_on
    }

    fn meaning(&mut self, line: &[u8]) -> String {
        let line = match line.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) if !self.began => rest,
            _ => line,
        };
        self.began = true;
        if line.is_empty() {
            let dispatches = std::mem::take(&mut self.data);
            return if dispatches { "dispatches the event" } else { "nothing to dispatch" }.into();
        }
        let (name, value) = match line.iter().position(|&b| b == b':') {
            Some(0) => return "a comment: a heartbeat".into(),
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &b""[..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" if std::mem::replace(&mut self.data, true) => "joined by a line feed".into(),
            b"data" | b"event" => String::new(),
            b"id" if value.contains(&0) => "ignored: an id must not contain NUL".into(),
            b"id" if value.is_empty() => "forgets the last id".into(),
            b"id" => "the new Last-Event-ID, once the event ends".into(),
            // However many digits: the standard has no longest number.
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let (shown, more) = value.split_at(value.len().min(DIGITS));
                let more = if more.is_empty() { "" } else { "…" };
                format!("after a loss, wait {}{more} ms", String::from_utf8_lossy(shown))
            }
            b"retry" => "ignored: not only digits".into(),
            _ => "ignored: no field has this name".into(),
        }
    }
}
