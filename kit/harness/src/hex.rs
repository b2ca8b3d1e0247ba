//! Binary bytes in a failure message: in hexadecimal, with a caret under the first wrong one.

use crate::failure::Failure;

/// Bytes shown before and after the one that differs.
const NEAR: usize = 16;

/// Bytes in hexadecimal, with spaces between: `81 05 48`. Of many, only the first are shown.
pub fn hex(bytes: &[u8]) -> String {
    match bytes.len() {
        0 => "nothing".to_owned(),
        1..=24 => pairs(bytes),
        length => format!("{} … ({length} bytes)", pairs(&bytes[..NEAR])),
    }
}

/// Fails at the first byte that differs, and shows both in hexadecimal. `did` says what gave the
/// bytes: "encode(…) gave".
#[track_caller]
pub fn expect_hex(did: &str, got: impl AsRef<[u8]>, want: impl AsRef<[u8]>) {
    let (got, want) = (got.as_ref(), want.as_ref());
    if got == want {
        return;
    }
    let same = got.iter().zip(want).take_while(|(got, want)| got == want).count();
    let from = same.saturating_sub(NEAR);
    let dots = if from > 0 { "… " } else { "" };
    let near = |bytes: &[u8]| {
        let bytes = bytes.get(from..).unwrap_or_default();
        let after = if bytes.len() > 2 * NEAR { " …" } else { "⟨end⟩" };
        format!("{dots}{}{after}", pairs(&bytes[..bytes.len().min(2 * NEAR)]))
    };
    let column = dots.chars().count() + 3 * (same - from);
    let caret = format!("{:column$}^ byte {}", "", same + 1);
    Failure::new(did).shown(vec![near(got), caret]).expected_shown(vec![near(want)]).raise()
}

fn pairs(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
