//! Bytes in a failure message: a few lines of them, each byte visible.

use trace::visible;

/// How the visible form says that no more comes.
const END: &str = "⟨end⟩";

/// Lines of bytes where no caret says which ones matter.
const HEIGHT: usize = 7;

/// The lines around the byte at `offset`, with a caret and a note under it. `whole`: these are all
/// the bytes, and more won't come.
pub(crate) fn around(bytes: &[u8], offset: usize, note: &str, whole: bool) -> Vec<String> {
    let shown = trace::caret(bytes, offset, note);
    let shown = shown.lines().map(|line| match line.strip_suffix(END) {
        Some(line) if !whole => line.to_owned(),
        _ => line.to_owned(),
    });
    shown.filter(|line| !line.is_empty()).collect()
}

/// The last lines.
pub(crate) fn end(bytes: &[u8], whole: bool) -> Vec<String> {
    let mut lines = split(bytes);
    if whole {
        match lines.last_mut() {
            Some(last) => last.push_str(END),
            None => lines.push(END.to_owned()),
        }
    }
    let before = lines.len().saturating_sub(HEIGHT);
    if before > 0 {
        lines.splice(..before, [format!("… {before} more before")]);
    }
    lines
}

/// The first lines, of what was expected.
pub(crate) fn beginning(bytes: &[u8]) -> Vec<String> {
    let mut lines = split(bytes);
    if !bytes.ends_with(b"\n") {
        match lines.last_mut() {
            Some(last) => last.push_str(END),
            None => lines.push(END.to_owned()),
        }
    }
    if lines.len() > 3 {
        let more = lines.len() - 3;
        lines.truncate(3);
        lines.push(format!("… {more} more after"));
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
