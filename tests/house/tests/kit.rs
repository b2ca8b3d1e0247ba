//! `kit/` is for any workshop: it names nothing of this course's, and depends on nothing of it.
//!
//! Where an example needs a lab, it is lab 42; its package is `solution-42`, and it is about tea.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Labs from this number on are made up.
const MADE_UP: u32 = 40;

/// What a lab is called, before its number.
const LAB: [&str; 8] = ["lab-", "lab_", "lab ", "labs ", "solution-", "solution_", "lab/", "wire/"];

/// The weather, its cities and its readings, in small letters.
const WEATHER: [&str; 6] = ["weather", "berlin", "london", "paris", "celsius", "temperature"];

/// What `cargo workshop new` writes, a workshop with a lab of its own; and the list of its files.
const ANOTHER: [&str; 2] = ["kit/template/files", "kit/template/src/files.rs"];

/// The files that are looked into.
const KINDS: [&str; 9] = ["rs", "toml", "md", "css", "js", "html", "snap", "json", "txt"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The names of the course's questions: a step's test has one in its name.
fn questions(root: &Path) -> Vec<String> {
    #[derive(Deserialize)]
    struct Course {
        question: Vec<Question>,
    }
    #[derive(Deserialize)]
    struct Question {
        name: String,
    }
    let text = fs::read_to_string(root.join("workshop.toml")).unwrap();
    let course: Course = toml::from_str(&text).unwrap();
    course.question.into_iter().map(|question| question.name).collect()
}

/// What a line names that only this course has.
fn named(line: &str, questions: &[String]) -> Option<String> {
    let lower = line.to_lowercase();
    if let Some(word) = WEATHER.iter().find(|word| lower.contains(**word)) {
        return Some((*word).to_owned());
    }
    for before in LAB {
        for (at, _) in lower.match_indices(before) {
            let digits: String =
                lower[at + before.len()..].chars().take_while(char::is_ascii_digit).collect();
            if digits.len() == 2 && digits.parse::<u32>().is_ok_and(|number| number < MADE_UP) {
                return Some(format!("{before}{digits}"));
            }
        }
    }
    let test = |question: &String| format!("_{question}_");
    let mut tests = lower.match_indices("step_").filter_map(|(at, _)| {
        let rest = lower[at + "step_".len()..].trim_start_matches(|c: char| c.is_ascii_digit());
        questions.iter().find(|question| rest.starts_with(&test(question)))
    });
    tests.next().map(|question| format!("a test of the step `{question}`"))
}

fn look(folder: &Path, name: &str, questions: &[String], found: &mut Vec<String>) {
    let mut entries: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap()).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if ANOTHER.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            look(&path, &name, questions, found);
        } else if path.extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known)) {
            let text = fs::read_to_string(&path).unwrap();
            for (index, line) in text.lines().enumerate() {
                if let Some(word) = named(line, questions) {
                    found.push(format!("{name}:{}: {word}: {}", index + 1, line.trim()));
                }
            }
        }
    }
}

#[test]
fn the_kit_names_no_lab_no_step_and_no_weather() {
    let root = root();
    let mut found = Vec::new();
    look(&root.join("kit"), "kit", &questions(&root), &mut found);
    assert!(
        found.is_empty(),
        "these belong to this course and not to the kit. Move them to course/, take them from \
         workshop.toml, or make up a name (lab 42, tea):\n{}",
        found.join("\n")
    );
}

#[test]
fn what_only_this_course_has_is_known() {
    let questions = ["frame".to_owned()];
    for line in [
        "package = \"solution-03\"",
        "use solution_03::wire;",
        "// as in lab-00",
        "tests/lab_10.rs",
        "fn step_1_frame_a_message_ends() {",
        "lab 04's echo",
        "feed.append(\"weather\", text)",
        "data: BERLIN 25.5",
        "get(\"/-/wire/03/yours\")",
    ] {
        assert!(named(line, &questions).is_some(), "{line}");
    }
    for line in ["lab-42", "step_1_boil_", "lab_NN", "step_1_", "a frame of 125 bytes", "lab 42"] {
        assert_eq!(named(line, &questions), None, "{line}");
    }
}

/// What cargo says of the workspace.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// The folder of a package that isn't from a registry.
    path: Option<PathBuf>,
}

#[test]
fn the_kit_depends_on_the_kit_alone() {
    let root = root();
    let output = Command::new(env!("CARGO"))
        .current_dir(&root)
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Metadata = serde_json::from_slice(&output.stdout).expect("metadata");
    let kit = root.join("kit");
    let mut inside = BTreeSet::new();
    let mut outside: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in &metadata.packages {
        if !package.manifest_path.starts_with(&kit) {
            continue;
        }
        inside.insert(package.name.as_str());
        let others = package.dependencies.iter().filter(|dependency| {
            dependency.path.as_ref().is_some_and(|path| !path.starts_with(&kit))
        });
        let others: Vec<_> = others.map(|dependency| dependency.name.clone()).collect();
        if !others.is_empty() {
            outside.insert(package.name.clone(), others);
        }
    }
    assert!(inside.contains("workshop"), "kit/ isn't where it was: {inside:?}");
    assert!(
        outside.is_empty(),
        "packages of kit/ depend on some that are outside of it: {outside:?}. What they need \
         belongs into kit/, or they belong into course/"
    );
}
