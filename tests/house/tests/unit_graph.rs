//! What `cargo workshop` or one lab built, no other lab builds again.
//!
//! Cargo unites the features of the packages in one build only. Where the command and a lab, or two
//! labs, ask for different features of a dependency they share, it is built twice, and a learner's
//! first test run takes ten seconds longer. `kit/stack` exists to prevent that; this test says what it lacks.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// What cargo says it would build, without building anything.
#[derive(Deserialize)]
struct Graph {
    units: Vec<Unit>,
}

#[derive(Deserialize)]
struct Unit {
    pkg_id: String,
    target: Target,
    mode: String,
    features: BTreeSet<String>,
    profile: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// The units of packages from the registry: those of one package side by side, each by what it is
/// and its features.
fn units(args: &[&str]) -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let output = Command::new(env!("CARGO"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .args(args)
        .args(["--offline", "--unit-graph", "-Zunstable-options"])
        // The graph is for machines and may change, so only nightly and this variable show it.
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let graph: Graph = serde_json::from_slice(&output.stdout).expect("a unit graph");
    let mut packages: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for mut unit in graph.units.into_iter().filter(|unit| unit.pkg_id.starts_with("registry+")) {
        // `dev` and `test` are one profile under two names.
        unit.profile.remove("name");
        let what = format!("{} {} {:?}", unit.target.name, unit.mode, unit.profile);
        let package = unit.pkg_id.rsplit('#').next().unwrap_or_default().to_owned();
        // A unit may be there twice, for the host and for the target, with different features.
        let key = format!("{what} {:?}", unit.features);
        packages.entry(package).or_default().insert(key, unit.features);
    }
    packages
}

/// The packages of the labs, by their folders.
fn labs() -> Vec<String> {
    let labs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../labs");
    let entries = labs.read_dir().expect("the labs");
    let mut labs: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    labs.sort();
    labs
}

#[test]
fn a_lab_builds_no_shared_dependency_again() {
    let mut built = units(&["build", "--package", "workshop"]);
    let mut again = Vec::new();
    for lab in labs() {
        // What a lab's tests need, and then its server alone.
        for args in
            [["test", "--package", &lab, "--no-run"], ["build", "--package", &lab, "--bins"]]
        {
            for (package, units) in units(&args) {
                let before = built.entry(package.clone()).or_default();
                let others: Vec<_> = before.values().cloned().collect();
                for (unit, features) in units {
                    if before.insert(unit.clone(), features.clone()).is_none() && !others.is_empty()
                    {
                        again.push(format!(
                            "{package}: {features:?} for `cargo {}`, {others:?} before\n  {unit}",
                            args.join(" ")
                        ));
                    }
                }
            }
        }
    }
    assert!(
        again.is_empty(),
        "after `cargo workshop` and the labs before it, a lab builds again what is there already: \
         name the features that differ in kit/stack/Cargo.toml\n{}",
        again.join("\n")
    );
    assert!(built.keys().any(|package| package.starts_with("actix-web@")), "nothing is shared?");
}
