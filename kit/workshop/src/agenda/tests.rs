//! Plans, and what is wrong with them.

use super::clock::Clock;
use super::plan::Plan;
use super::text;

/// A workshop with one chapter, and the plan `parts` for a half day of an hour.
fn agenda(parts: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("book")).unwrap();
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).unwrap();
    write("book/tea.md", "---\nlab: lab-42\nsteps: [20, 12, 8]\n---\n\n# Tea\n");
    write("book/agenda.toml", &format!("[half]\nminutes = 60\nlate = \"Breathe.\"\n{parts}"));
    match Plan::read(folder.path(), "half") {
        Ok(plan) => Ok(text(&plan, Clock::parse("23:30").unwrap())),
        Err(error) => Err(format!("{error:#}")),
    }
}

const CHAPTER: &str = "[[half.parts]]\nchapter = \"tea\"\nminutes = 5\nsteps = ";

#[test]
fn a_day_is_printed_with_its_breaks_and_its_reserve() {
    let parts = format!(
        "{CHAPTER}[{{ step = 1, only = \"the head\", minutes = 10 }}, 2, 3]\n\
         [[half.parts]]\ntalk = \"Break\"\nminutes = 15\n\
         [[half.parts]]\nchapter = \"telepathy\"\nminutes = 5\nsteps = [1]\n"
    );
    let printed = "\
A half day: 60 minutes, from 23:30 to 00:30

23:30   35 min  Tea, and lab 42: steps 1 (the head), 2 and 3
00:05   15 min  Break
00:20   10 min  Reserve

If you are late: Breathe.
Not in this book, so left out: telepathy
";
    assert_eq!(agenda(&parts).as_deref(), Ok(printed));
}

#[test]
fn what_does_not_fit_is_said() {
    let wrong = |steps: &str| agenda(&format!("{CHAPTER}{steps}\n")).unwrap_err();
    assert_eq!(
        wrong("[1, 2, 3, 1]"),
        "book/agenda.toml: the half day takes 65 minutes, 5 more than it has: leave out a step"
    );
    assert!(wrong("[4]").ends_with("book/tea.md has no minutes for step 4"));
    let all = "[{ step = 2, only = \"the head\", minutes = 12 }]";
    assert!(wrong(all).ends_with("book/tea.md: all of step 2 takes 12 minutes"));
}

#[test]
fn a_day_may_have_any_name_and_a_title() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("book")).unwrap();
    let day = "title = \"An evening\"\nminutes = 9\nlate = \"Breathe.\"\nparts = []";
    let text = format!("[evening]\n{day}\n[half]\n{day}\n");
    std::fs::write(folder.path().join("book/agenda.toml"), text).unwrap();
    assert_eq!(Plan::read(folder.path(), "evening").unwrap().title, "An evening");
    let error = Plan::read(folder.path(), "night").unwrap_err().to_string();
    assert_eq!(error, "book/agenda.toml has no [night]; it has: evening, half");
}

#[test]
fn a_time_has_an_hour_and_minutes() {
    assert_eq!(Clock::parse("9:05").unwrap().to_string(), "09:05");
    for wrong in ["", "9", "24:00", "09:60", "+9:30", "009:30", "9.30", "09:3o"] {
        assert!(Clock::parse(wrong).is_err(), "{wrong}");
    }
}
