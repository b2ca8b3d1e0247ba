use super::*;
use crate::tea::lab;

/// A repository with one solution, in a folder of its own.
fn workshop(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tests/generate").join(name);
    if root.is_dir() {
        std::fs::remove_dir_all(&root).unwrap();
    }
    let manifest = "[package]\nname = \"solution-42\"\n\n[lints]\nworkspace = true\n";
    write(&root, "solutions/lab-42/Cargo.toml", manifest);
    write(&root, "solutions/lab-42/src/lib.rs", "//! One.\n");
    write(&root, "solutions/lab-42/src/wire.rs", "//! The wire.\n");
    git(&root, &["init", "--quiet"]);
    run(&root, &[lab()], false).unwrap();
    root
}

fn git(root: &Path, args: &[&str]) {
    let own = ["-c", "user.name=Test", "-c", "user.email=test@localhost"];
    let output = Command::new("git").current_dir(root).args(own).args(args).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

fn write(root: &Path, path: &str, text: &str) {
    files::write(&root.join(path), text).unwrap();
}

fn lib(root: &Path) -> String {
    files::read(&root.join("labs/lab-42/src/lib.rs")).unwrap().unwrap()
}

#[test]
fn an_author_may_run_it_again_and_again() {
    let root = workshop("again");
    assert_eq!(lib(&root), "//! One.\n");
    write(&root, "solutions/lab-42/src/lib.rs", "//! Two.\n");
    std::fs::remove_file(root.join("solutions/lab-42/src/wire.rs")).unwrap();
    run(&root, &[lab()], false).unwrap();
    assert_eq!(lib(&root), "//! Two.\n");
    assert!(!root.join("labs/lab-42/src/wire.rs").exists());
}

#[test]
fn what_git_has_may_be_replaced() {
    let root = workshop("committed");
    std::fs::remove_dir_all(root.join("target")).unwrap();
    git(&root, &["add", "."]);
    git(&root, &["commit", "--quiet", "--message", "All"]);
    write(&root, "solutions/lab-42/src/lib.rs", "//! Two.\n");
    run(&root, &[lab()], false).unwrap();
    assert_eq!(lib(&root), "//! Two.\n");
}

#[test]
fn somebodys_work_is_never_replaced_unasked() {
    let root = workshop("edited");
    write(&root, "labs/lab-42/src/lib.rs", "//! Mine.\n");
    write(&root, "labs/lab-42/src/own.rs", "//! Mine too.\n");
    write(&root, "solutions/lab-42/src/wire.rs", "//! The new wire.\n");
    let error = run(&root, &[lab()], false).unwrap_err().to_string();
    assert!(error.contains("\n  labs/lab-42/src/lib.rs\n"), "{error}");
    assert!(!error.contains("own.rs") && !error.contains("wire.rs"), "{error}");
    assert_eq!(lib(&root), "//! Mine.\n");

    run(&root, &[lab()], true).unwrap();
    assert_eq!(lib(&root), "//! One.\n");
    assert!(root.join("labs/lab-42/src/own.rs").is_file());
    let kept = files::list(&root.join("backups/lab-42")).unwrap();
    let kept: Vec<_> = kept
        .iter()
        .map(|path| files::read(&root.join("backups/lab-42").join(path)).unwrap())
        .collect();
    assert!(kept.contains(&Some("//! Mine.\n".to_owned())), "{kept:?}");
}

#[test]
fn a_workshop_may_be_a_part_of_a_larger_repository() {
    let root = workshop("larger/workshop");
    std::fs::remove_dir_all(root.join(".git")).unwrap();
    std::fs::remove_dir_all(root.join("target")).unwrap();
    let larger = root.parent().unwrap();
    // Of an earlier run.
    let _ = std::fs::remove_dir_all(larger.join(".git"));
    git(larger, &["init", "--quiet"]);
    git(larger, &["add", "."]);
    git(larger, &["commit", "--quiet", "--message", "All"]);
    write(&root, "labs/lab-42/src/lib.rs", "//! Mine.\n");
    assert!(run(&root, &[lab()], false).is_err());
    assert_eq!(lib(&root), "//! Mine.\n");
}
