use super::*;

/// A solution's file with one hole of each kind.
const SOLUTION: &str = r#"//! The wire.

// ANCHOR: step_1
/// Encodes.
pub fn encode(event: &Event) -> String {
    // ANCHOR: todo_1 a `data:` line for each {line} of the "text"
    let mut out = String::new();
    out
    // ANCHOR_END: todo_1
}
// ANCHOR_END: step_1

// ANCHOR: step_4
pub struct Parser {
    line: Vec<u8>,
    // ANCHOR: gone_4 the id that waits for the blank line
    id: Option<String>,
    // ANCHOR_END: gone_4
}

fn start(header: Option<&str>) -> u64 {
    // ANCHOR: naive_4 begin after the id in the header
    //~ // Nobody asked the header.
    //~ if true {
    //~     return 0;
    //~ }
    //~
    //~ 0
    // ANCHOR: step_4_parse
    let id = header.and_then(|text| text.parse().ok());
    // ANCHOR_END: step_4_parse
    id.unwrap_or(0)
    // ANCHOR_END: naive_4
}
// ANCHOR_END: step_4
"#;

fn source() -> Source {
    Source::parse("wire.rs", SOLUTION, 1..=6).unwrap()
}

#[test]
fn the_starter_has_the_holes_open() {
    let starter = r#"//! The wire.

/// Encodes.
pub fn encode(event: &Event) -> String {
    // step 1 ▼ a `data:` line for each {line} of the "text"
    todo!("step 1: a `data:` line for each {{line}} of the \"text\"")
    // step 1 ▲
}

pub struct Parser {
    line: Vec<u8>,
    // step 4 ▼ the id that waits for the blank line
    // step 4 ▲
}

fn start(header: Option<&str>) -> u64 {
    // step 4 ▼ begin after the id in the header
    // Nobody asked the header.
    if true {
        return 0;
    }

    0
    // step 4 ▲
}
"#;
    assert_eq!(source().lab(|_| false).text(), starter);
}

#[test]
fn a_solved_step_keeps_its_marks_and_leaves_the_others() {
    let text = source().lab(|step| step == 4).text();
    assert!(text.contains("todo!(\"step 1"), "{text}");
    let solved = "\
    // step 4 ▼ begin after the id in the header
    let id = header.and_then(|text| text.parse().ok());
    id.unwrap_or(0)
    // step 4 ▲
";
    assert!(text.contains(solved), "{text}");
}

#[test]
fn the_solution_has_no_markers() {
    let text = source().solution().text();
    for word in ["ANCHOR", "//~", "▼", "▲"] {
        assert!(!text.contains(word), "{text}");
    }
    assert!(text.contains("    id: Option<String>,\n"), "{text}");
}

#[test]
fn a_region_is_found_in_the_starter_and_in_the_solution() {
    let source = source();
    let region = source.lab(|_| false).region("step_1").unwrap();
    assert!(region.starts_with("/// Encodes.\n") && region.contains("todo!"), "{region}");
    let region = source.solution().region("step_1").unwrap();
    assert!(region.ends_with("    out\n}\n") && !region.contains("ANCHOR"), "{region}");
    let region = source.solution().region("step_4_parse").unwrap();
    assert_eq!(region, "    let id = header.and_then(|text| text.parse().ok());\n");
}

#[test]
fn a_region_that_is_not_there_names_those_that_are() {
    let error = source().lab(|_| false).region("step_2").unwrap_err();
    assert_eq!(
        error.to_string(),
        "wire.rs: there is no region `step_2`; there are: step_1, step_4"
    );
    let plain = Source::parse("main.rs", "fn main() {}\n", 1..=6).unwrap();
    let error = plain.region("x").unwrap_err();
    assert_eq!(error.to_string(), "main.rs: there is no region `x`; there is none at all");
    let twice = "// ANCHOR: x\n// ANCHOR_END: x\n// ANCHOR: x\n// ANCHOR_END: x\n";
    let error = Source::parse("main.rs", twice, 1..=6).unwrap().region("x").unwrap_err();
    assert_eq!(error.to_string(), "main.rs: there are 2 regions `x`: give each a name of its own");
}

#[test]
fn a_long_text_is_laid_out_as_rustfmt_does() {
    let what = "x".repeat(82);
    let file = format!("fn f() {{\n    // ANCHOR: todo_1 {what}\n    // ANCHOR_END: todo_1\n}}\n");
    let text = Source::parse("f.rs", &file, 1..=6).unwrap().lab(|_| false).text();
    assert!(text.contains(&format!("    todo!(\n        \"step 1: {what}\"\n    )\n")), "{text}");
}

#[test]
fn mistakes_are_named_with_their_line() {
    let long = format!("{{\n// ANCHOR: todo_1 {}\n// ANCHOR_END: todo_1\n}}", "x".repeat(90));
    let mistakes: &[(&str, &str)] = &[
        ("// ANCHOR: a\n", "f.rs:1: `a` is never closed: add `// ANCHOR_END: a`"),
        ("\n// ANCHOR_END: a\n", "f.rs:2: `a` ends here, but nothing is open"),
        (
            "// ANCHOR: a\n// ANCHOR: b\n// ANCHOR_END: a\n",
            "f.rs:3: `a` ends here, but `b` of line 2 is still open: end that one first",
        ),
        (
            "// ANCHOR: tood_1 what\n",
            "f.rs:1: `tood_1` isn't known: a hole is `todo_N`, `naive_N` or `gone_N`, and a \
             region's name is one word without text after it",
        ),
        (
            "// ANCHOR: todo what\n",
            "f.rs:1: `todo` needs its step's number, 1 to 6: `todo_1 what to do`",
        ),
        (
            "// ANCHOR: gone_7 what\n",
            "f.rs:1: `gone_7` needs its step's number, 1 to 6: `gone_1 what to do`",
        ),
        ("// ANCHOR: todo_1\n", "f.rs:1: say what to do: `// ANCHOR: todo_1 what to do`"),
        (
            "// ANCHOR: gone_1 a\n// ANCHOR: gone_2 b\n",
            "f.rs:2: the hole `gone_2` is inside the hole `gone_1` of line 1: end that one first",
        ),
        (
            "// ANCHOR: naive_1 a\nx\n// ANCHOR_END: naive_1\n",
            "f.rs:1: a `naive` hole begins with the starter's lines: `//~ code`",
        ),
        (
            "// ANCHOR: naive_1 a\nx\n//~ y\n// ANCHOR_END: naive_1\n",
            "f.rs:3: `//~` lines come first inside a `naive_N` hole, and only there",
        ),
        ("//~ y\n", "f.rs:1: `//~` lines come first inside a `naive_N` hole, and only there"),
        (
            "// ANCHOR: todo_1 a\nx\n// ANCHOR_END: todo_1\n\n// then\ny\n",
            "f.rs:3: a `todo` hole is the rest of its block: a `}` must follow, since nothing \
             after `todo!` would be reached",
        ),
        (
            "let x = 1; // ANCHOR: a\n",
            "f.rs:1: a marker stands alone on its line: `// ANCHOR: name` or `// ANCHOR_END: name`",
        ),
        ("# ANCHOR: gone_1 a\n", "f.rs:1: a hole is for Rust code: its marker begins with `//`"),
        (
            "// ANCHOR: gone_1 a\n// ANCHOR_END: gone_1\n// ANCHOR: gone_1 a\n// ANCHOR_END: gone_1\n",
            "f.rs: two holes of step 1 say `a`: say something different in each",
        ),
        (&long, "f.rs:2: shorten the text by 4 characters"),
    ];
    for (text, message) in mistakes {
        let error = Source::parse("f.rs", text, 1..=6).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some(*message), "\n{text}");
    }
}
