//! `hint`: the hints of a step, which the chapters hold in `hints` fences.

use super::{Lab, files, step};
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;

/// How many strengths a step's hints have: a question, a direction, nearly the answer.
const STRENGTHS: usize = 3;

/// Prints one hint.
///
/// # Errors
/// There is no such step, or no chapter has its hints.
pub fn run(root: &Path, lab: &Lab, number: u8, strength: usize) -> Result<()> {
    ensure!(
        (1..=STRENGTHS).contains(&strength),
        "a hint has the strength 1, 2 or 3, from a question to nearly the answer, not {strength}"
    );
    let (chapter, hints) = find(root, lab, number)?;
    let name = lab.name();
    println!("{name} · {} · hint {strength} of {STRENGTHS}\n", step::title(number));
    println!("{}\n", hints[strength - 1]);
    if strength < STRENGTHS {
        println!("more: cargo workshop hint {name} {number} {}", strength + 1);
    } else {
        println!("more: cargo workshop solve {name} {number}, which keeps what you wrote");
    }
    println!("read: {chapter}");
    Ok(())
}

/// The hints of a step, and the chapter that they are in.
fn find(root: &Path, lab: &Lab, step: u8) -> Result<(String, [String; STRENGTHS])> {
    let book = root.join("book");
    let chapters = files::list(&book)?;
    for path in chapters.iter().filter(|path| path.ends_with(".md")) {
        let text = files::read(&book.join(path))?.unwrap_or_default();
        let Some((line, body)) = fence(&text, &format!("hints {} {step}", lab.name())) else {
            continue;
        };
        let hints = parse(&body).with_context(|| format!("book/{path}:{line}"))?;
        return Ok((format!("book/{path}"), hints));
    }
    bail!("no chapter has hints for step {step} of {}", lab.name())
}

/// The first fence with exactly this information string: its line, from 1, and its body.
fn fence(text: &str, info: &str) -> Option<(usize, String)> {
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let name = line.trim_start_matches('`');
        let ticks = &line[..line.len() - name.len()];
        if ticks.len() < 3 {
            continue;
        }
        let body: Vec<_> =
            lines.by_ref().map(|(_, line)| line).take_while(|line| *line != ticks).collect();
        if name.split_whitespace().eq(info.split_whitespace()) {
            return Some((index + 1, body.join("\n")));
        }
    }
    None
}

/// The three items of a `hints` fence, as markdown.
///
/// # Errors
/// The body isn't an ordered list of exactly three.
pub fn parse(body: &str) -> Result<[String; STRENGTHS]> {
    let mut hints: Vec<String> = Vec::new();
    for line in body.lines() {
        let next = format!("{}. ", hints.len() + 1);
        if let Some(text) = line.strip_prefix(&next) {
            hints.push(text.trim_end().to_owned());
        } else if let Some(hint) = hints.last_mut() {
            hint.push('\n');
            hint.push_str(line.strip_prefix("   ").unwrap_or(line).trim_end());
        } else {
            ensure!(line.trim().is_empty(), "hints are a list that begins with `1. `");
        }
    }
    let found = hints.len();
    let mut hints = hints.into_iter().map(|hint| hint.trim_end().to_owned());
    match (hints.next(), hints.next(), hints.next(), hints.next()) {
        (Some(one), Some(two), Some(three), None) => Ok([one, two, three]),
        _ => bail!("hints are exactly three, `1. ` to `3. `, in this order; here are {found}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAPTER: &str = "\
# SSE

```rust
// ```hints lab-03 1
```

```hints lab-03 12
1. no
```

````hints  lab-03 1
1. Which characters end a line?
2. Split at all of them.
   Then join.

3. ```rust
   split(['\\r', '\\n'])
   ```
````
";

    #[test]
    fn hints_are_found_by_lab_and_step() {
        let (line, body) = fence(CHAPTER, "hints lab-03 1").unwrap();
        assert_eq!(line, 11);
        let hints = parse(&body).unwrap();
        assert_eq!(hints[0], "Which characters end a line?");
        assert_eq!(hints[1], "Split at all of them.\nThen join.");
        assert_eq!(hints[2], "```rust\nsplit(['\\r', '\\n'])\n```");
        assert!(fence(CHAPTER, "hints lab-03 2").is_none());
    }

    #[test]
    fn hints_are_exactly_three() {
        for body in
            ["", "1. a\n2. b", "1. a\n2. b\n3. c\n4. d", "- a\n- b\n- c", "2. a\n1. b\n3. c"]
        {
            assert!(parse(body).is_err(), "{body}");
        }
    }
}
