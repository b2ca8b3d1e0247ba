//! Measurements that anyone can repeat: medians, with what they ran on.

mod checkout;
mod cold;
mod reload;
mod sample;
mod server;
mod soak;
mod verdict;

pub use soak::soak;

use crate::{machine, program};
use anyhow::{Context, Result, bail};
use lexopt::prelude::*;
use manifest::{Course, FILE, Lab, Measure};
use std::iter;
use std::path::Path;

/// The engine's own measurements, each in a few words.
const OWN: [(&str, &str); 3] = [
    ("cold", "from a fresh clone to the first page, against installing mdbook"),
    ("reload", "from an edited chapter to the new page"),
    ("verdict", "from an edited lab to its tests' verdict, against an empty crate"),
];

/// `cargo workshop bench [NAME …] [--runs N]`. Without a name: all of them, half an hour.
pub fn run(root: &Path, course: &Course, mut args: lexopt::Parser) -> Result<()> {
    let (mut names, mut runs) = (Vec::new(), None);
    while let Some(arg) = args.next()? {
        match arg {
            Long("runs") => runs = Some(args.value()?.parse::<usize>()?.clamp(1, 1000)),
            Value(name) => names.push(name.to_string_lossy().into_owned()),
            _ => bail!("{}\n\n{}", arg.unexpected(), list(course)),
        }
    }
    let all = all(course);
    if names.is_empty() {
        names = all.iter().map(|(name, _)| (*name).to_owned()).collect();
    }
    if let Some(name) = names.iter().find(|name| all.iter().all(|(known, _)| known != *name)) {
        bail!("there is no benchmark {name:?}:\n\n{}", list(course));
    }
    println!("{}", machine::describe());
    for name in names {
        if let Some(bench) = course.benches.iter().find(|bench| bench.name == name) {
            program::run(root, course, bench, iter::empty())?;
            continue;
        }
        match name.as_str() {
            "cold" => cold::run(root, runs.unwrap_or(3))?,
            "reload" => reload::run(root, measured(course)?.1, runs.unwrap_or(10))?,
            _ => {
                let (measure, lab) = measured(course)?;
                verdict::run(root, lab, &measure.file, measure.step, runs.unwrap_or(10))?;
            }
        }
    }
    Ok(())
}

/// All measurements in the order of their names; the course's come before the engine's of the same
/// name.
fn all(course: &Course) -> Vec<(&str, &str)> {
    let of_course = course.benches.iter().map(|bench| (bench.name.as_str(), bench.about.as_str()));
    let mut all: Vec<_> = of_course.chain(OWN).collect();
    all.sort_by_key(|(name, _)| *name);
    all.dedup_by_key(|(name, _)| *name);
    all
}

fn list(course: &Course) -> String {
    let lines = all(course).into_iter().map(|(name, about)| format!("{name:<10}  {about}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// What the course has measured.
fn measured(course: &Course) -> Result<(&Measure, &Lab)> {
    let measure = course.measure.as_ref().with_context(|| {
        format!("{FILE} doesn't say what to edit: write `[measure]` with `lab`, `file` and `step`")
    })?;
    Ok((measure, course.lab(&measure.lab.to_string())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_courses_benchmarks_stand_among_the_engines() {
        let course = "title = 'Tea'\n[[bench]]\nname = 'boil'\nabout = 'how long water takes'\n\
                      package = 'kettle'\n";
        let list = list(&Course::parse(course).unwrap());
        let names: Vec<_> = list.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(names, ["boil", "cold", "reload", "verdict"]);
        assert!(list.starts_with("boil        how long water takes\ncold        from"), "{list}");
    }
}
