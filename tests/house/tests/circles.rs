//! No circles between files: where `a.rs` uses `b.rs`, `b.rs` doesn't use `a.rs`, nor what uses it.
//! So each file can be read, tested and moved without the ones above it.
//!
//! What counts is a path in the code: `crate::a::b`, `super::a`, or `a::b` where `a` is a file below.
//! A name that another file hands on belongs to that file, too. Tests may use what they test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Where crates are: each folder in one of these, or the folder itself.
const FOLDERS: [&str; 4] = ["course", "kit", "solutions", "tests"];

/// A module's path from its crate's root; of the root it is empty.
type Module = Vec<String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
fn files_use_each_other_one_way() {
    let root = root();
    let mut circles = Vec::new();
    let mut crates = 0;
    for folder in FOLDERS.into_iter().filter(|folder| root.join(folder).is_dir()) {
        for entry in root.join(folder).read_dir().unwrap() {
            let src = entry.unwrap().path().join("src");
            if src.is_dir() {
                crates += 1;
                let files = read(&src);
                let uses = uses(&files);
                let place = src.strip_prefix(&root).unwrap().display().to_string();
                circles.extend(find(&uses).iter().map(|circle| show(&place, circle)));
            }
        }
    }
    assert!(crates > 10, "only {crates} crates: where are they?");
    circles.sort();
    assert!(
        circles.is_empty(),
        "files that use each other in a circle. Move what both need into a file of its own, or say \
         it in the one that is used:\n{}",
        circles.join("\n")
    );
}

/// The crate's modules with their code, without comments and tests.
fn read(src: &Path) -> BTreeMap<Module, String> {
    fn walk(folder: &Path, module: &Module, files: &mut BTreeMap<Module, String>) {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let child = || [&module[..], std::slice::from_ref(&name)].concat();
            if name == "tests" {
                // They may use what they test.
            } else if path.is_dir() {
                walk(&path, &child(), files);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let module = match name.as_str() {
                    "lib" | "mod" => module.clone(),
                    // A program beside a library is a crate of its own.
                    "main" if folder.join("lib.rs").is_file() => continue,
                    "main" => module.clone(),
                    _ => child(),
                };
                files.insert(module, code(&fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(src, &Module::new(), &mut files);
    files
}

/// A file's text without comments, and without the tests at its end.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let test = line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test");
        if test && lines.peek().is_some_and(|next| next.starts_with("mod ") && next.ends_with('{'))
        {
            break;
        }
        code.push_str(line.split("//").next().unwrap_or_default());
        code.push('\n');
    }
    code
}

/// For each file those that it uses.
fn uses(files: &BTreeMap<Module, String>) -> BTreeMap<Module, BTreeSet<Module>> {
    let of = |(module, code): (&Module, &String)| {
        let mut used = BTreeSet::new();
        for (at, _) in code.match_indices("::") {
            let word = last_word(&code[..at]);
            let before = code[..at - word.len()].chars().next_back();
            if before.is_some_and(|c| c == ':' || c == '$') {
                // Not the beginning of a path.
                continue;
            }
            let start: Module = match word {
                "crate" => Module::new(),
                "self" => module.clone(),
                "super" => module[..module.len().saturating_sub(1)].to_vec(),
                child => [&module[..], &[child.to_owned()]].concat(),
            };
            let known = files.contains_key(&start);
            if known {
                tree(&start, &code[at + 2..], files, &mut used);
            }
        }
        used.remove(module);
        (module.clone(), used)
    };
    files.iter().map(of).collect()
}

fn last_word(text: &str) -> &str {
    let start = text
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    &text[start..]
}

/// Adds the files that the rest of a path leads to, of which there are several in braces. Returns
/// what follows the path.
fn tree<'a>(
    module: &Module,
    rest: &'a str,
    files: &BTreeMap<Module, String>,
    used: &mut BTreeSet<Module>,
) -> &'a str {
    let rest = rest.trim_start();
    if let Some(mut inside) = rest.strip_prefix('{') {
        loop {
            inside = tree(module, inside, files, used).trim_start();
            match inside.strip_prefix(',') {
                Some(more) if !more.trim_start().starts_with('}') => inside = more,
                Some(more) => inside = more,
                None => return inside.strip_prefix('}').unwrap_or(inside),
            }
            if inside.trim_start().starts_with('}') {
                return inside.trim_start().strip_prefix('}').unwrap_or_default();
            }
        }
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*');
    let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
    let next: Module = match word {
        "super" => module[..module.len().saturating_sub(1)].to_vec(),
        "self" => module.clone(),
        word => [&module[..], &[word.to_owned()]].concat(),
    };
    match after.strip_prefix("::") {
        Some(more) if files.contains_key(&next) => tree(&next, more, files, used),
        _ => {
            // The name itself may be a file's: `use crate::task;`.
            let target = if files.contains_key(&next) { &next } else { module };
            used.insert(target.clone());
            // `name as other`, and what a path goes on with.
            let end = after.find([',', '}', ';', ')']).unwrap_or(after.len());
            &after[end..]
        }
    }
}

/// The circles, each once, from its first file on.
fn find(uses: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<Vec<Module>> {
    fn walk(
        path: &mut Vec<Module>,
        uses: &BTreeMap<Module, BTreeSet<Module>>,
        done: &mut BTreeSet<Module>,
        found: &mut BTreeSet<Vec<Module>>,
    ) {
        let last = path.last().unwrap().clone();
        for next in &uses[&last] {
            if let Some(start) = path.iter().position(|module| module == next) {
                let mut circle = path[start..].to_vec();
                let first = (0..circle.len()).min_by_key(|&at| &circle[at]).unwrap();
                circle.rotate_left(first);
                found.insert(circle);
            } else if !done.contains(next) {
                path.push(next.clone());
                walk(path, uses, done, found);
                path.pop();
            }
        }
        done.insert(last);
    }
    let (mut done, mut found) = (BTreeSet::new(), BTreeSet::new());
    for module in uses.keys() {
        if !done.contains(module) {
            walk(&mut vec![module.clone()], uses, &mut done, &mut found);
        }
    }
    found
}

fn show(place: &str, circle: &[Module]) -> String {
    let name = |module: &Module| match module[..] {
        [] => "(the crate's root)".to_owned(),
        _ => module.join("/"),
    };
    let names: Vec<_> = circle.iter().chain(&circle[..1]).map(name).collect();
    format!("{place}: {}", names.join(" → "))
}

/// Files by their modules, with their code.
fn files(files: &[(&str, &str)]) -> BTreeMap<Module, String> {
    let module = |name: &str| -> Module {
        name.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    files.iter().map(|(name, text)| (module(name), code(text))).collect()
}

#[test]
fn a_circle_is_found_and_a_line_is_none() {
    let circles = |given: &[(&str, &str)]| -> Vec<String> {
        find(&uses(&files(given))).iter().map(|circle| show("tea", circle)).collect()
    };
    let line = [
        ("", "mod cup;\nmod pot;\npub use pot::Pot;\nfn f() { cup::drink() }\n"),
        ("pot", "use crate::cup::{Cup, Size as Wide};\n"),
        ("cup", "// use crate::pot::Pot;\n#[cfg(test)]\nmod tests {\n    use crate::pot;\n}\n"),
    ];
    assert_eq!(circles(&line), [""; 0]);
    let two = [
        ("", ""),
        ("pot", "use crate::{cup, kettle};\n"),
        ("cup", "use super::pot::Pot;"),
        ("kettle", ""),
    ];
    assert_eq!(circles(&two), ["tea: cup → pot → cup"]);
    let handed_on = [("", "pub use pot::Pot;"), ("pot", "use crate::Pot;")];
    assert_eq!(circles(&handed_on), ["tea: (the crate's root) → pot → (the crate's root)"]);
    let below =
        [("pot", "mod lid;\nfn f() { lid::open() }"), ("pot/lid", "use super::Pot;"), ("", "")];
    assert_eq!(circles(&below), ["tea: pot → pot/lid → pot"]);
    let three = [
        ("a", "use crate::{x::Y, b::{self, C}};"),
        ("b", "fn f() { crate::c::g() }"),
        ("c", "use crate::a::{\n    D,\n    E,\n};"),
        ("", ""),
    ];
    assert_eq!(circles(&three), ["tea: a → b → c → a"]);
}
