//! Each mistake, and what is said of it.

use crate::{Course, load};
use std::fs;

const QUESTION: &str = "[[question]]\nname = 'boil'\ntext = 'When?'\n";
const LAB: &str = "[[lab]]\nnumber = 42\nport = 8042\npage = 'tea'\nchapter = 'tea'\n";

fn mistake(text: &str) -> String {
    Course::parse(text).map(|_| "nothing is wrong".to_owned()).unwrap_or_else(|it| it.to_string())
}

/// The mistake in `text` after a title, and a question in lines 2 to 4.
fn after_question(text: &str) -> String {
    mistake(&format!("title = 'Tea'\n{QUESTION}{text}"))
}

#[test]
fn what_is_not_toml_is_named_with_its_line() {
    assert_eq!(
        mistake("title = 'Tea'\n[[lab\n"),
        "workshop.toml:2: this isn't TOML: unclosed array table, expected `]]`"
    );
    assert_eq!(
        mistake("title = 'Tea'\nWe drink tea.\n"),
        "workshop.toml:2: this isn't TOML: key with no value, expected `=`"
    );
}

#[test]
fn a_field_that_is_unknown_missing_or_of_the_wrong_kind() {
    assert_eq!(
        mistake("title = 'Tea'\ncups = 2\n"),
        "workshop.toml:2: unknown field `cups`, expected one of `title`, `question`, `lab`, \
         `snippet`, `widgets`, `command`, `bench`, `measure`"
    );
    assert_eq!(mistake("\n"), "workshop.toml:1: missing field `title`");
    assert_eq!(
        after_question("[[lab]]\nnumber = 42\nprot = 8042\n"),
        "workshop.toml:7: unknown field `prot`, expected one of `number`, `port`, `page`, \
         `chapter`, `step`"
    );
    assert_eq!(
        after_question("[[lab]]\nnumber = 42\nport = 80420\n"),
        "workshop.toml:7: `port` is out of range: write a whole number, 0 to 65535"
    );
    assert_eq!(
        after_question("[[lab]]\nnumber = '42'\n"),
        "workshop.toml:6: `number` is of the kind string: write a whole number, 0 to 99"
    );
    assert_eq!(
        mistake("title = 7\n"),
        "workshop.toml:1: `title` is of the kind integer: write it in quotes"
    );
    assert_eq!(
        mistake("title = 'Tea'\nquestion = 'Why?'\n"),
        "workshop.toml:2: `question` is of the kind string: write a table for each, `[[question]]`"
    );
    assert_eq!(
        mistake("title = 'Tea'\nwidgets = ['cups']\n"),
        "workshop.toml:2: `widgets` is of the kind array: write a table, `[widgets]`"
    );
    assert_eq!(
        mistake("title = 'Tea'\n[widgets]\npackage = 'cups'\nfolders = 'cups'\n"),
        "workshop.toml:4: `folders` is of the kind string: write a list, as in [\"…\", \"…\"]"
    );
    let bench = "name = 'boil'\nabout = 'it'\npackage = 'kettle'\nsolutions = 'all'\n";
    assert_eq!(
        mistake(&format!("title = 'Tea'\n[[bench]]\n{bench}")),
        "workshop.toml:6: `solutions` is of the kind string: write true or false"
    );
    assert_eq!(
        after_question("[[lab]]\nnumber = 142\nport = 1\npage = 'a'\nchapter = 'a'\n"),
        "workshop.toml:6: `number` is out of range: write a whole number, 0 to 99"
    );
    assert_eq!(
        mistake("title = 'Tea'\n[[bench]]\nname = 'boil'\n"),
        "workshop.toml:2: missing field `about`"
    );
}

#[test]
fn a_step_without_a_title() {
    assert_eq!(
        mistake("title = 'Tea'\n[[question]]\nname = 'boil'\n"),
        "workshop.toml:2: missing field `text`"
    );
    assert_eq!(
        after_question(&format!("{LAB}[[lab.step]]\nname = 'sip'\n")),
        "workshop.toml:10: missing field `text`"
    );
    assert_eq!(
        mistake(&format!("title = 'Tea'\n{LAB}")),
        "workshop.toml:2: lab 42 has no steps: write a `[[question]]` for each step of all labs, \
         or `step = [{ name = \"…\", text = \"…\" }]` in this one"
    );
}

#[test]
fn an_empty_title() {
    assert_eq!(
        mistake("title = ' '\n"),
        "workshop.toml:1: `title` is empty: write the course's name"
    );
    assert_eq!(
        mistake("title = 'Tea'\n[[question]]\nname = 'boil'\ntext = ''\n"),
        "workshop.toml:4: `text` is empty: write the question in full"
    );
    assert_eq!(
        mistake("title = 'Tea'\n[[question]]\nname = 'Boil it'\ntext = 'When?'\n"),
        "workshop.toml:3: `Boil it` can't be a part of a test's name: write small letters, digits \
         and `_`"
    );
    assert_eq!(
        after_question("[[command]]\nname = 'brew'\nabout = ''\npackage = 'kettle'\n"),
        "workshop.toml:5: `about` is empty here: write it, or remove this"
    );
}

#[test]
fn what_may_be_there_once_is_there_twice() {
    assert_eq!(
        after_question(QUESTION),
        "workshop.toml:6: `name = \"boil\"` is in line 3 already: ask each question once"
    );
    assert_eq!(
        after_question("[[question]]\nname = 'steep'\ntext = 'When?'\n"),
        "workshop.toml:7: `text = \"When?\"` is in line 4 already: ask each question once"
    );
    let other = LAB.replace("number = 42", "number = 43");
    assert_eq!(
        after_question(&format!("{LAB}{other}")),
        "workshop.toml:12: `port = 8042` is in line 7 already: give this lab a port of its own"
    );
    let other = LAB.replace("port = 8042", "port = 8043");
    assert_eq!(
        after_question(&format!("{LAB}{other}")),
        "workshop.toml:11: `number = 42` is in line 6 already: give this lab its own"
    );
    let library = "[[snippet]]\npackage = 'tea'\nfolder = 'tea'\n";
    assert_eq!(
        mistake(&format!("title = 'Tea'\n{library}{library}")),
        "workshop.toml:6: `package = \"tea\"` is in line 3 already: keep one of the two"
    );
    let command = "[[command]]\nname = 'brew'\nabout = 'a pot'\npackage = 'kettle'\n";
    assert_eq!(
        mistake(&format!("title = 'Tea'\n{command}{command}")),
        "workshop.toml:6: `name = \"brew\"` is in line 2 already: give this one another name"
    );
}

#[test]
fn a_measure_of_what_is_not_there() {
    let measure = |lab: &str| after_question(&format!("{LAB}[measure]\n{lab}\n"));
    assert_eq!(
        measure("lab = 7\nfile = 'src/lib.rs'\nstep = 1"),
        "workshop.toml:11: there is no lab 7: name one above"
    );
    assert_eq!(
        measure("lab = 42\nfile = 'src/lib.rs'\nstep = 2"),
        "workshop.toml:13: lab 42 has no step 2: write 1 to 1"
    );
}

#[test]
fn a_folder_that_is_not_there_and_a_file_that_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let said = |text: &str| {
        fs::write(root.join("workshop.toml"), format!("title = 'Tea'\n{QUESTION}{text}")).unwrap();
        load(root).map(|_| "nothing is wrong".to_owned()).unwrap_or_else(|it| it.to_string())
    };
    assert_eq!(
        load(root).unwrap_err().to_string(),
        "workshop.toml: the file isn't there. It says what the course is made of; the least that it \
         holds is a line `title = \"…\"`"
    );
    assert_eq!(
        said(LAB),
        "workshop.toml:6: there is no folder solutions/lab-42: write the lab's solution there, or \
         correct `number`"
    );
    fs::create_dir_all(root.join("solutions/lab-42")).unwrap();
    assert_eq!(said(LAB), "nothing is wrong");
    assert_eq!(
        said(""),
        "workshop.toml: the lab of the folder solutions/lab-42 isn't here: write a `[[lab]]` with \
         its number, port, page and chapter"
    );
    let library = "[[snippet]]\npackage = 'tea'\nfolder = 'course/tea'\n";
    assert_eq!(
        said(&format!("{LAB}{library}")),
        "workshop.toml:12: the crate `tea` isn't in the folder `course/tea`: write where its \
         Cargo.toml is, from the folder of this file"
    );
    fs::create_dir_all(root.join("course/tea")).unwrap();
    fs::write(root.join("course/tea/Cargo.toml"), "").unwrap();
    assert_eq!(said(&format!("{LAB}{library}")), "nothing is wrong");
    assert_eq!(
        said(&format!("{LAB}[widgets]\npackage = 'cups'\nfolders = ['course/cups']\n")),
        "workshop.toml:12: there is no folder `course/cups`: correct it"
    );
}
