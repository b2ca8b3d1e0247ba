use super::*;
use crate::tea;

const SOLUTION: &str = "\
fn one() -> u8 {
    // ANCHOR: todo_1 say one
    1
    // ANCHOR_END: todo_1
}
";

/// A workshop with one lab, in a folder of its own, as it is at the start.
fn workshop(name: &str) -> (PathBuf, Lab) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tests/edit").join(name);
    if root.is_dir() {
        std::fs::remove_dir_all(&root).unwrap();
    }
    let lab = tea::lab();
    let manifest = "[package]\nname = \"solution-42\"\n\n[lints]\nworkspace = true\n";
    files::write(&root.join("solutions/lab-42/Cargo.toml"), manifest).unwrap();
    files::write(&root.join("solutions/lab-42/src/lib.rs"), SOLUTION).unwrap();
    reset(&root, &lab).unwrap();
    (root, lab)
}

fn text(root: &Path, path: &str) -> String {
    files::read(&root.join(path)).unwrap().unwrap()
}

/// The copies of lib.rs that were kept.
fn kept(root: &Path) -> Vec<String> {
    let backups = root.join("backups/lab-42");
    let paths = if backups.is_dir() { files::list(&backups).unwrap() } else { Vec::new() };
    paths.iter().map(|path| text(&backups, path)).collect()
}

#[test]
fn solve_and_reset_keep_what_they_replace() {
    let (root, lab) = workshop("keep");
    assert!(kept(&root).is_empty(), "there was nothing to keep");
    let file = "labs/lab-42/src/lib.rs";
    let starter = text(&root, file);
    let mine = starter.replace("todo!(\"step 1: say one\")", "2 // nearly");
    files::write(&root.join(file), &mine).unwrap();
    files::write(&root.join("labs/lab-42/notes.txt"), "mine").unwrap();

    solve(&root, &lab, Some(1)).unwrap();
    assert!(
        text(&root, file).contains("▼ say one\n    1\n    // step 1 ▲"),
        "{}",
        text(&root, file)
    );
    assert_eq!(kept(&root), std::slice::from_ref(&mine));

    let solved = text(&root, file);
    reset(&root, &lab).unwrap();
    assert_eq!(text(&root, file), starter);
    assert_eq!(text(&root, "labs/lab-42/notes.txt"), "mine");
    let mut all = kept(&root);
    all.sort();
    let mut both = [mine, solved];
    both.sort();
    assert_eq!(all, both, "the second copy never replaces the first");
}

#[test]
fn solve_changes_nothing_where_a_comment_is_gone() {
    let (root, lab) = workshop("lost");
    let file = "labs/lab-42/src/lib.rs";
    let mine = text(&root, file).replace("    // step 1 ▲\n", "");
    files::write(&root.join(file), &mine).unwrap();
    let error = solve(&root, &lab, None).unwrap_err().to_string();
    assert!(
        error.contains("labs/lab-42/src/lib.rs\n    // step 1 ▼ say one\n    // step 1 ▲\n"),
        "{error}"
    );
    assert_eq!(text(&root, file), mine);
    assert!(kept(&root).is_empty());
    let error = solve(&root, &lab, Some(2)).unwrap_err().to_string();
    assert_eq!(error, "lab-42 has nothing to write in step 2");
}

#[test]
fn a_reset_that_fails_changes_nothing_and_names_the_backup() {
    let (root, lab) = workshop("fails");
    // So long a name that nothing can be written beside it, as a full disk would fail; in the last
    // file.
    let long = format!("{}.rs", "w".repeat(247));
    let (solution, lab_file) =
        (format!("solutions/lab-42/src/{long}"), format!("labs/lab-42/src/{long}"));
    let names = ["labs/lab-42/src/lib.rs", lab_file.as_str()];
    for (name, text) in [(solution.as_str(), SOLUTION), (names[0], "mine"), (names[1], "mine")] {
        std::fs::write(root.join(name), text).unwrap();
    }
    let mine = || names.map(|name| text(&root, name));

    let error = format!("{:#}", reset(&root, &lab).unwrap_err());
    assert_eq!(mine(), ["mine", "mine"], "{error}");
    let backup = "nothing was changed; a copy of what is there is in backups/lab-42/";
    assert!(error.contains(backup) && error.contains("w.rs can't be written"), "{error}");
    assert_eq!(kept(&root), ["mine", "mine"]);
    let files = root.join("labs/lab-42/src").read_dir().unwrap().count();
    assert_eq!(files, 2, "nothing half written is left");

    std::fs::remove_file(root.join(solution)).unwrap();
    reset(&root, &lab).unwrap();
    assert!(text(&root, names[0]).contains("todo!"));
    assert_eq!(text(&root, names[1]), "mine", "it is no file of the starter's any more");
}

#[test]
fn files_that_were_replaced_come_back_when_a_later_one_fails() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("a"), "mine").unwrap();
    // Nothing can be renamed to a folder that holds something.
    std::fs::create_dir_all(path("c/x")).unwrap();
    let texts = ["a", "b", "c"].map(|name| (path(name), "new"));
    files::write_all(&texts).unwrap_err();
    assert_eq!(std::fs::read_to_string(path("a")).unwrap(), "mine");
    let mut left: Vec<_> =
        folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["a", "c"]);
}
