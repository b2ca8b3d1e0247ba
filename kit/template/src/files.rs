//! What is in `files/`.

/// Files by their names, with their texts.
macro_rules! files {
    ($($path:literal,)*) => {
        &[$(($path, include_str!(concat!("../files/", $path))),)*]
    };
}

/// Every file of a new workshop but those that are the kit's own.
const OWN: &[(&str, &str)] = files![
    "Cargo.toml.template",
    "README.md",
    "book.toml",
    "book/SUMMARY.md",
    "book/agenda.toml",
    "book/introduction.md",
    "book/lines.md",
    "cargo-config.toml.template",
    "command/Cargo.toml.template",
    "command/src/main.rs",
    "gitignore.template",
    "rustfmt.toml",
    "solutions/lab-01/Cargo.toml.template",
    "solutions/lab-01/src/client.rs",
    "solutions/lab-01/src/lib.rs",
    "solutions/lab-01/src/main.rs",
    "solutions/lab-01/src/server.rs",
    "solutions/lab-01/src/wire.rs",
    "solutions/lab-01/tests/transcripts.rs",
    "tests/lab_01/line.rs",
    "tests/lab_01/mod.rs",
    "tests/lab_01/order.rs",
    "tests/snapshots/lab_01/conversation.snap",
    "tests/snapshots/lab_01/starter.txt",
    "tests/wrong/01/backslash-as-it-is.toml",
    "workshop.toml",
];

/// What the kit was built and tested with. Cargo strikes out of the lock what a workshop has no use
/// for; what is left is on the machine already, so that a new workshop needs no network.
const KITS: [(&str, &str); 2] = [
    ("Cargo.lock", include_str!("../../../Cargo.lock")),
    ("rust-toolchain.toml", include_str!("../../../rust-toolchain.toml")),
];

/// Every file of a new workshop.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    OWN.iter().copied().chain(KITS)
}

/// Where a file goes.
pub(crate) fn real_name(path: &str) -> &str {
    match path {
        "cargo-config.toml.template" => ".cargo/config.toml",
        "gitignore.template" => ".gitignore",
        path => path.strip_suffix(".template").unwrap_or(path),
    }
}
