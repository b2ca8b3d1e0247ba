//! Each word of the text is British English, as hunspell's dictionary has it, or in
//! `tests/book/words.txt`.

use crate::chapter::{Chapter, chapters, none, root};
use preprocessor::problem::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write, stderr};
use std::process::{Command, Stdio};

const WORDS: &str = "tests/book/words.txt";

#[test]
fn every_word_is_in_the_dictionary_or_in_the_list() {
    let root = root();
    // Where each word stands first.
    let mut places: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for chapter in chapters(&root) {
        for (line, word) in words(&chapter) {
            places.entry(word).or_insert_with(|| (chapter.file.clone(), line));
        }
    }
    let Some(unknown) = unknown(places.keys()) else { return };
    let list = std::fs::read_to_string(root.join(WORDS)).unwrap();
    let listed: BTreeSet<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
    let mut problems = Vec::new();
    for word in unknown {
        // At the beginning of a sentence a small letter is a capital.
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        if listed.contains(&*word) || listed.contains(&*(first.to_lowercase() + rest)) {
            continue;
        }
        if let Some((file, line)) = places.get(&word) {
            let text = format!("`{word}`: correct it, write it as code, or add it to {WORDS}");
            problems.push(Problem { file: file.clone(), line: *line, text });
        }
    }
    none(problems);
}

#[test]
fn the_list_is_in_order() {
    let list = std::fs::read_to_string(root().join(WORDS)).unwrap();
    let words: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
    let key = |word: &str| (word.to_lowercase(), word.to_owned());
    for pair in words.windows(2) {
        let [one, other] = [pair[0], pair[1]];
        assert!(key(one) < key(other), "{WORDS}: `{other}` belongs before `{one}`");
    }
}

/// The words of a chapter's text, with their lines. Capitals alone, as in HTTP, and what holds a
/// digit are names.
fn words(chapter: &Chapter) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    for piece in chapter.paragraphs().into_iter().flatten() {
        let line = chapter.text.line_at(piece.at);
        let text = piece.text.replace('’', "'");
        for token in text.split_whitespace().filter(|t| !t.contains("://") && !t.contains('_')) {
            for word in token.split(|c: char| !c.is_alphanumeric() && c != '\'') {
                let word = word.trim_matches('\'');
                let word = word.strip_suffix("'s").unwrap_or(word);
                let lower = word.contains(char::is_lowercase);
                if lower && word.len() > 1 && !word.contains(char::is_numeric) {
                    words.push((line, word.to_owned()));
                }
            }
        }
    }
    words
}

/// The words that hunspell does not know; `None` without a hunspell, which is said loudly.
fn unknown<'a>(words: impl Iterator<Item = &'a String>) -> Option<Vec<String>> {
    let mut command = Command::new("hunspell");
    command.args(["-d", "en_GB", "-i", "utf-8", "-l"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = command.spawn().and_then(|mut hunspell| {
        let mut input = hunspell.stdin.take().ok_or(ErrorKind::BrokenPipe)?;
        let words: Vec<&str> = words.map(String::as_str).collect();
        let text = words.join("\n") + "\n";
        // On a thread of its own: both pipes may be full.
        let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
        let output = hunspell.wait_with_output();
        // Without its dictionary it ends before it has read all, and says why.
        drop(writer.join());
        output
    });
    match output {
        Ok(output) if output.status.success() && output.stderr.is_empty() => {
            let text = String::from_utf8(output.stdout).unwrap();
            Some(text.lines().map(str::to_owned).collect())
        }
        other => {
            let why = match other {
                Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
                Err(error) => error.to_string(),
            };
            let words = format!(
                "NOT CHECKED: spelling, for want of hunspell and its dictionary en_GB (Debian: \
                 hunspell, hunspell-en-gb): {why}"
            );
            assert!(std::env::var_os("CI").is_none(), "{words}");
            // Past the test's own output, which nobody sees when it passes.
            let mut out = stderr();
            writeln!(out, "\n*** {words} ***\n").unwrap();
            None
        }
    }
}

#[test]
fn code_names_and_addresses_are_not_words() {
    let text = "# Hed\n\nA `wurd` of HTTP/2, C10K and [a linq](x.md) with\nsse_format and Béla's; \
        don’t.\n\n```text\nblox\n```\n\n```quiz\nWy?\n\n- [x] yess\n- [ ] no\n\n> Bekause.\n```\n";
    let chapter = Chapter::new(std::path::Path::new("."), "book/a.md", text);
    let found: Vec<(usize, String)> = words(&chapter);
    let found: Vec<_> = found.iter().map(|(line, word)| (*line, word.as_str())).collect();
    let wanted = [
        (1, "Hed"),
        (3, "of"),
        (3, "and"),
        (3, "linq"),
        (3, "with"),
        (4, "and"),
        (4, "Béla"),
        (4, "don't"),
        (11, "Wy"),
        (13, "yess"),
        (14, "no"),
        (16, "Bekause"),
    ];
    assert_eq!(found, wanted);
}
