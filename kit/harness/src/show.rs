//! Bytes in a failure message: a few lines of them, each byte visible.

use trace::visible;

/// How the visible form says that no more comes.
const END: &str = "⟨end⟩";

/// The lines around the byte at `offset`, with a caret and a note under it, at most `room` of them.
/// `whole`: these are all the bytes, and more won't come.
pub(crate) fn around(
    bytes: &[u8],
    offset: usize,
    note: &str,
    whole: bool,
    room: usize,
) -> Vec<String> {
    let shown = trace::caret(bytes, offset, note);
    let open = |line| if whole { line } else { str::strip_suffix(line, END).unwrap_or(line) };
    let lines = shown.lines().map(open).filter(|line| !line.is_empty());
    let lines: Vec<&str> = lines.collect();
    let caret = lines.iter().position(|line| line.trim_start().starts_with('^')).unwrap_or(0);
    let room = room.max(4);
    // What came before says more than what came after.
    let last = lines.len().min((caret + 3).max(room));
    let first = last.saturating_sub(room);
    lines[first..last].iter().map(|line| (*line).to_owned()).collect()
}

/// The last lines, at most `room` of them.
pub(crate) fn end(bytes: &[u8], whole: bool, room: usize) -> Vec<String> {
    let mut lines = split(bytes);
    if whole {
        match lines.last_mut() {
            Some(last) => last.push_str(END),
            None => lines.push(END.to_owned()),
        }
    }
    let room = room.clamp(4, 10);
    if lines.len() > room {
        let before = lines.len() + 1 - room;
        lines.splice(..before, [format!("… {before} more before")]);
    }
    lines
}

/// The first lines, of what was expected.
pub(crate) fn beginning(bytes: &[u8]) -> Vec<String> {
    let mut lines = split(bytes);
    match lines.last_mut() {
        Some(last) if !bytes.ends_with(b"\n") => last.push_str(END),
        Some(_) => {}
        None => lines.push(END.to_owned()),
    }
    if lines.len() > 3 {
        let more = lines.len() - 2;
        lines.splice(2.., [format!("… {more} more after")]);
    }
    lines
}

fn split(bytes: &[u8]) -> Vec<String> {
    bytes.split_inclusive(|&byte| byte == b'\n').map(|line| shorten(visible(line))).collect()
}

fn shorten(line: String) -> String {
    match line.char_indices().nth(100) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}

/// Where two byte strings begin to differ; `None` when they are the same.
pub(crate) fn first_difference(got: &[u8], want: &[u8]) -> Option<usize> {
    let common = got.iter().zip(want).take_while(|(got, want)| got == want).count();
    (got.len() != want.len() || common < got.len()).then_some(common)
}
