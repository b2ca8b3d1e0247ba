use crate::{Error, Kit, files, title, write};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The files below a folder, with `/`.
fn list(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.file_type().unwrap().is_dir() {
            true => list(&entry.path(), &format!("{name}/"), found),
            false => drop(found.insert(name)),
        }
    }
}

fn listed(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    list(folder, "", &mut found);
    found
}

#[test]
fn every_file_is_written() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "Tea", &Kit::own()).unwrap();
    let mut want: BTreeSet<String> = listed(&Path::new(env!("CARGO_MANIFEST_DIR")).join("files"))
        .iter()
        .map(|path| files::real_name(path).to_owned())
        .collect();
    want.extend(["Cargo.lock", "rust-toolchain.toml"].map(str::to_owned));
    assert_eq!(listed(folder.path()), want);
}

#[test]
fn nothing_is_left_to_fill_in() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("new/workshop");
    write(&inside, r#"Tea "for" \ two"#, &Kit::own()).unwrap();
    for path in listed(&inside).iter().filter(|path| *path != "Cargo.lock") {
        let text = fs::read_to_string(inside.join(path)).unwrap();
        assert!(!text.contains('@') || path.ends_with(".rs"), "{path}: {text}");
    }
    let manifest = fs::read_to_string(inside.join("Cargo.toml")).unwrap();
    let Kit::Folder(kit) = Kit::own() else { panic!("the kit is in a folder") };
    let harness = kit.join("kit/harness");
    assert!(manifest.contains(&format!("harness = {{ path = \"{}\" }}", harness.display())));
    let course = fs::read_to_string(inside.join("workshop.toml")).unwrap();
    assert!(course.contains(r#"title = "Tea \"for\" \\ two""#), "{course}");
}

#[test]
fn the_kit_may_be_in_a_repository() {
    let folder = tempfile::tempdir().unwrap();
    let kit = Kit::parse("https://example.org/kit.git").unwrap();
    write(folder.path(), "Tea", &kit).unwrap();
    let manifest = fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
    assert!(
        manifest.contains("workshop = { git = \"https://example.org/kit.git\" }"),
        "{manifest}"
    );
    let nowhere = Kit::parse(&folder.path().to_string_lossy()).unwrap_err().to_string();
    assert!(nowhere.contains("name the folder that has kit/workshop in it"), "{nowhere}");
}

#[test]
fn a_folder_with_something_in_it_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter.txt"), "dear").unwrap();
    let error = write(folder.path(), "Tea", &Kit::own()).unwrap_err();
    assert!(matches!(error, Error::NotEmpty(_)), "{error}");
    assert_eq!(listed(folder.path()), ["letter.txt".to_owned()].into());
    for below in ["letter.txt", "letter.txt/new"] {
        let error = write(&folder.path().join(below), "Tea", &Kit::own()).unwrap_err();
        assert!(error.to_string().ends_with("isn't a folder: choose a new one"), "{error}");
    }
}

#[test]
fn what_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("x".repeat(300));
    let error = write(&long, "Tea", &Kit::own()).unwrap_err().to_string();
    assert!(error.contains("can't be written: "), "{error}");
    assert_eq!(listed(folder.path()), BTreeSet::new());
}

#[test]
fn a_title_is_a_line() {
    assert_eq!(title(Path::new("/home/me/tea-for_two")), "Tea for two");
    assert_eq!(title(Path::new("/")), "A workshop");
    let folder = tempfile::tempdir().unwrap();
    for wrong in ["", "  ", "Tea\nfor two"] {
        let error = write(folder.path(), wrong, &Kit::own()).unwrap_err();
        assert!(matches!(error, Error::Title), "{error}");
    }
}
