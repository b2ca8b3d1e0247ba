//! Every snippet of the book, compiled for this machine, run, and compared with the output that it
//! had before: `tests/snapshots/snippets/NAME.snap`. `tests/browser` compares what the page's
//! sandbox prints with the same snapshots. Authors write them with `INSTA_UPDATE=always`.

use crate::chapter::{course, root};
use anyhow::bail;
use snippets::{Libraries, Snippet, Toolchain, compile};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fs, io};
use tools::process;

/// As in the page.
const DEADLINE: Duration = Duration::from_secs(10);

/// The snippets as a build of the book finds them.
fn snippets(root: &Path) -> Vec<Snippet> {
    let found = Arc::new(Mutex::new(Vec::new()));
    let collect = Arc::clone(&found);
    let prepare = move |snippets: &[Snippet]| {
        collect.lock().unwrap().extend_from_slice(snippets);
        bail!("more is not wanted here")
    };
    let folder = tempfile::tempdir().unwrap();
    let mut config = book::config(root, &course()).unwrap();
    config.build.build_dir = folder.path().join("book");
    book::load(root, &course(), config, Box::new(prepare)).unwrap().build().unwrap_err();
    std::mem::take(&mut *found.lock().unwrap())
}

/// What the program prints: stdout, then stderr.
fn run(program: &Path) -> io::Result<String> {
    let finished = process::run(&mut Command::new(program), DEADLINE)?;
    let mut output = finished.stdout + &finished.stderr;
    if finished.stopped {
        output += &format!("\nstopped after {} s\n", DEADLINE.as_secs());
    } else if !finished.status.success() {
        output += &format!("\n{}\n", finished.status);
    }
    Ok(output)
}

#[test]
fn every_snippet_of_the_book_prints_what_its_snapshot_says() {
    let root = root();
    let snippets = snippets(&root);
    assert!(!snippets.is_empty(), "the preprocessor found no `rust,run` fence in the book");
    let toolchain = Toolchain::find(&root).unwrap();
    let libraries = Libraries::for_host(&root, &course().snippets).unwrap();
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(root.join("tests/snapshots/snippets"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for snippet in &snippets {
        let output = compile(&toolchain, &libraries, &snippet.program(), run)
            .unwrap_or_else(|error| panic!("{}:{}: {error}", snippet.file, snippet.line));
        settings.bind(|| insta::assert_snapshot!(snippet.name.as_str(), output));
    }
    // A snapshot that no snippet has any more would be believed to be tested.
    for entry in fs::read_dir(root.join("tests/snapshots/snippets")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            snippets.iter().any(|snippet| snippet.name == name),
            "{} belongs to no snippet: remove it",
            path.display()
        );
    }
}
