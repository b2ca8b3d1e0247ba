//! No circles between files: where `a.rs` uses `b.rs`, `b.rs` doesn't use `a.rs`, nor what uses it.
//! So each file can be read, tested and moved without the ones above it.
//!
//! What counts is a path in the code: `crate::a::b`, `super::a`, or `a::b` where `a` is a file below.
//! To hand a name on (`pub use`) is no use of it, and the name belongs to the file that has it. Tests
//! may use what they test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Where crates are: each folder in one of these, or the folder itself.
const FOLDERS: [&str; 4] = ["course", "kit", "solutions", "tests"];

/// Begins a statement that hands names on.
const HAND_ON: &str = "pub use ";

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
    let crate_ = Crate { files, handed_on: handed_on(files) };
    let of = |(module, code): (&Module, &String)| {
        let mut names = Vec::new();
        for (index, part) in code.split(HAND_ON).enumerate() {
            // What follows the first time is handed on, up to the statement's end.
            let rest = part.split_once(';').map_or("", |(_, rest)| rest);
            crate_.names(module, if index == 0 { part } else { rest }, &mut names);
        }
        let mut used: BTreeSet<_> =
            names.into_iter().map(|(owner, name)| crate_.file(owner, &name)).collect();
        used.remove(module);
        (module.clone(), used)
    };
    files.iter().map(of).collect()
}

/// For each file the names that it hands on, and where they lead.
fn handed_on(files: &BTreeMap<Module, String>) -> BTreeMap<Module, BTreeMap<String, Module>> {
    let crate_ = Crate { files, handed_on: BTreeMap::new() };
    let of = |(module, code): (&Module, &String)| {
        let mut names = Vec::new();
        for part in code.split(HAND_ON).skip(1) {
            let (statement, _) = part.split_once(';').unwrap_or((part, ""));
            crate_.names(module, statement, &mut names);
        }
        let names = names.into_iter().map(|(owner, name)| (name, owner));
        (module.clone(), names.collect())
    };
    files.iter().map(of).collect()
}

struct Crate<'a> {
    files: &'a BTreeMap<Module, String>,
    handed_on: BTreeMap<Module, BTreeMap<String, Module>>,
}

impl Crate<'_> {
    /// Adds the names that some code uses of this crate's files, each with the file that has it.
    fn names(&self, module: &Module, code: &str, names: &mut Vec<(Module, String)>) {
        for (at, _) in code.match_indices("::") {
            let word = last_word(&code[..at]);
            let before = code[..at - word.len()].chars().next_back();
            if before.is_some_and(|c| c == ':' || c == '$') {
                // Not the beginning of a path.
                continue;
            }
            let start = match word {
                "crate" => Module::new(),
                word => below(module, word),
            };
            if self.files.contains_key(&start) {
                self.path(&start, &code[at + 2..], names);
            }
        }
    }

    /// Adds what the rest of a path leads to; in braces there are several. Returns what follows it.
    fn path<'t>(
        &self,
        module: &Module,
        rest: &'t str,
        names: &mut Vec<(Module, String)>,
    ) -> &'t str {
        let rest = rest.trim_start();
        if let Some(mut inside) = rest.strip_prefix('{') {
            loop {
                inside = inside.trim_start().trim_start_matches(',').trim_start();
                if inside.is_empty() || inside.starts_with('}') {
                    return inside.strip_prefix('}').unwrap_or(inside);
                }
                let after = self.path(module, inside, names);
                // Whatever this is, it is no path: go on behind it.
                inside = if after.len() < inside.len() { after } else { "" };
            }
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*');
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        let next = below(module, word);
        match after.strip_prefix("::") {
            Some(more) if self.files.contains_key(&next) => self.path(&next, more, names),
            _ => {
                names.push((module.clone(), word.to_owned()));
                // `name as other`, and what a path goes on with.
                &after[after.find([',', '}', ';', ')']).unwrap_or(after.len())..]
            }
        }
    }

    /// The file that a name of a module leads to.
    fn file(&self, mut module: Module, name: &str) -> Module {
        let next = below(&module, name);
        if self.files.contains_key(&next) {
            // The name is a file's: `use crate::task;`.
            return next;
        }
        let mut passed = BTreeSet::new();
        while let Some(owner) = self.handed_on.get(&module).and_then(|names| names.get(name)) {
            if !passed.insert(module.clone()) {
                break;
            }
            module.clone_from(owner);
        }
        module
    }
}

/// What a word of a path means in a module.
fn below(module: &Module, word: &str) -> Module {
    match word {
        "self" => module.clone(),
        "super" => module[..module.len().saturating_sub(1)].to_vec(),
        word => [&module[..], &[word.to_owned()]].concat(),
    }
}

fn last_word(text: &str) -> &str {
    let start = text
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    &text[start..]
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
    let handed_on = [
        ("", "mod pot;\nmod cup;\npub use pot::{Lid, Pot};\npub use cup::Cup;"),
        ("pot", "use crate::Cup;"),
        ("cup", "use crate::Lid;"),
    ];
    assert_eq!(circles(&handed_on), ["tea: cup → pot → cup"]);
    let shared = [("", "mod pot;\npub use pot::Pot;\npub struct Tea;"), ("pot", "use crate::Tea;")];
    assert_eq!(circles(&shared), [""; 0]);
    let root = [("", "mod pot;\npub use pot::Pot;\nfn f() { pot::g() }"), ("pot", "use crate::f;")];
    assert_eq!(circles(&root), ["tea: (the crate's root) → pot → (the crate's root)"]);
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
