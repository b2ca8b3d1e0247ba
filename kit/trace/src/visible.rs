//! Bytes that all show: no newline, space or control character can hide in them.

/// The mark after the last byte.
pub(crate) const END: &str = "⟨end⟩";

/// Characters that mean something in the visible form, so that the real ones are shown as bytes.
const RESERVED: [char; 8] = ['␍', '␊', '␀', '⟦', '⟧', '⟨', '⟩', '│'];

/// How many lines [`caret`] shows before and after the one it points at, and how many columns.
const BEFORE: usize = 5;
const AFTER: usize = 3;
const LEFT: usize = 60;
const RIGHT: usize = 40;

/// Shows each byte: CR LF as `␍␊`, NUL as `␀`, anything else that can't be printed, and a space at
/// the very end, as `⟦20⟧`. Different bytes never look the same.
///
/// ```
/// assert_eq!(trace::visible(b"data: Z\xc3\xbcrich\r\n\xff\0 "), "data: Zürich␍␊⟦ff⟧␀⟦20⟧");
/// ```
pub fn visible(bytes: &[u8]) -> String {
    shown(bytes).map(|(_, text)| text).collect()
}

/// Shows each byte by its number: `⟦81⟧⟦05⟧`.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    escaped(0, bytes).map(|(_, text)| text).collect()
}

/// The bytes that [`visible`] shows so, or what is wrong with the text.
pub(crate) fn invisible(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = match c {
            '␍' | '␊' | '␀' => {
                bytes.push(if c == '␍' {
                    b'\r'
                } else if c == '␊' {
                    b'\n'
                } else {
                    0
                });
                after
            }
            '⟦' => {
                let (hex, after) = after.split_once('⟧').ok_or("⟦ without ⟧")?;
                let byte = crate::head::digits(hex.as_bytes(), 16).filter(|_| hex.len() == 2);
                bytes.push(byte.ok_or_else(|| format!("⟦{hex}⟧ isn't a byte"))? as u8);
                after
            }
            c if RESERVED.contains(&c) || !is_printable(c) => {
                return Err(format!("{} can't stand here by itself", c.escape_unicode()));
            }
            c => {
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                after
            }
        };
    }
    Ok(bytes)
}

/// Shows `bytes` in lines, with a caret and a note under the one at `offset`; an offset past the
/// last byte points at the end mark. Only the lines around it are shown, and of a long line only
/// what is near.
///
/// ```
/// assert_eq!(
///     trace::caret(b"data: KETTLE 25.5\nTEAPOT 24.4\n\n", 18, "no colon"),
///     "data: KETTLE 25.5␊\nTEAPOT 24.4␊\n^ no colon\n␊⟨end⟩"
/// );
/// ```
pub fn caret(bytes: &[u8], offset: usize, note: &str) -> String {
    let mut lines = vec![Vec::new()];
    let mut target = None;
    for (at, text) in shown(bytes) {
        let ends = text == "␊";
        let row = lines.len() - 1;
        // A character can have several bytes: the caret is under the one that holds the offset.
        if at <= offset {
            target = Some((row, lines[row].len()));
        }
        lines[row].push(text);
        if ends {
            lines.push(Vec::new());
        }
    }
    if lines.len() > 1 && lines[lines.len() - 1].is_empty() {
        lines.pop();
    }
    let row = lines.len() - 1;
    if offset >= bytes.len() {
        target = Some((row, lines[row].len()));
    }
    lines[row].push(END.into());

    let (row, pieces) = target.unwrap_or((0, 0));
    let column = columns(&lines[row][..pieces]);
    let first = row.saturating_sub(BEFORE);
    let last = (row + AFTER).min(lines.len() - 1);
    let mut out = Vec::new();
    if first > 0 {
        out.push(format!("… {first} more before"));
    }
    for (index, line) in lines.iter().enumerate().take(last + 1).skip(first) {
        let line: String = line.concat();
        let cut = if index == row { column.saturating_sub(LEFT) } else { 0 };
        let (line, dots) = window(&line, cut, cut + LEFT + RIGHT);
        out.push(line);
        if index == row {
            let note = if note.is_empty() { String::new() } else { format!(" {note}") };
            out.push(format!("{}^{note}", " ".repeat(column - cut + dots)));
        }
    }
    if last + 1 < lines.len() {
        out.push(format!("… {} more after", lines.len() - 1 - last));
    }
    out.join("\n")
}

/// The characters from `start` to `end`, with `…` for what is left out, and how wide the first is.
fn window(line: &str, start: usize, end: usize) -> (String, usize) {
    let before = if start > 0 { "…" } else { "" };
    let after = if line.chars().count() > end { "…" } else { "" };
    let middle: String = line.chars().take(end).skip(start).collect();
    (format!("{before}{middle}{after}"), before.chars().count())
}

fn columns(units: &[String]) -> usize {
    units.iter().map(|unit| unit.chars().count()).sum()
}

/// Each character's visible form with the offset of its first byte.
fn shown(bytes: &[u8]) -> impl Iterator<Item = (usize, String)> {
    let mut units = Vec::new();
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let last = at + c.len_utf8() == bytes.len();
            match c {
                '\r' => units.push((at, "␍".into())),
                '\n' => units.push((at, "␊".into())),
                '\0' => units.push((at, "␀".into())),
                ' ' if last => units.push((at, "⟦20⟧".into())),
                c if RESERVED.contains(&c) || !is_printable(c) => {
                    units.extend(escaped(at, c.encode_utf8(&mut [0; 4]).as_bytes()));
                }
                c => units.push((at, c.into())),
            }
            at += c.len_utf8();
        }
        units.extend(escaped(at, chunk.invalid()));
        at += chunk.invalid().len();
    }
    units.into_iter()
}

fn escaped(at: usize, bytes: &[u8]) -> impl Iterator<Item = (usize, String)> {
    bytes.iter().enumerate().map(move |(i, byte)| (at + i, format!("⟦{byte:02x}⟧")))
}

/// Whether a character shows as itself: not a control, a format character, a combining mark or a
/// space other than U+0020. `escape_debug` knows.
fn is_printable(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\') || c.escape_debug().len() == 1
}
