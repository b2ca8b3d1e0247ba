//! Each block of Rust is compiled: `rust,run` as a snippet (`snippets.rs`), an include where
//! it comes from, and every other one here, as rustdoc would.

use crate::chapter::{Chapter, chapters, course, none, options, root};
use preprocessor::fence::{self, Kind};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use snippets::{Libraries, Snippet, Toolchain, compile};
use std::path::Path;

const OTHERWISE: &str = "include it from tested code, or make it a program of its own";

#[test]
fn every_block_of_rust_is_compiled() {
    let root = root();
    let toolchain = Toolchain::find(&root).unwrap();
    let libraries = Libraries::for_host(&root, &course().snippets).unwrap();
    let mut problems = Vec::new();
    for chapter in chapters(&root) {
        for block in blocks(&chapter) {
            match block.source(&root) {
                Source::Tested => {}
                Source::Alone(program) => {
                    let compiled = compile(&toolchain, &libraries, &program, |_| Ok(()));
                    let wanted = !block.has("compile_fail");
                    let text = match compiled {
                        Err(error) if wanted => format!("{error}\n{OTHERWISE}"),
                        Ok(()) if !wanted => "this compiles: take `compile_fail` away".into(),
                        _ => continue,
                    };
                    problems.push(chapter.problem(block.at, text));
                }
                Source::Nowhere(text) => problems.push(chapter.problem(block.at, text)),
            }
        }
    }
    none(problems);
}

/// A fence of Rust that does not run in the page.
struct Block {
    /// Its place in the chapter's text.
    at: usize,
    /// The words after `rust`.
    words: Vec<String>,
    /// As the reader sees it, includes filled in.
    body: String,
    /// Consists of includes alone.
    included: bool,
    /// The lab, as in `lab-03`, if it stands in a hint.
    hint: Option<String>,
}

/// What a block's code is checked by.
enum Source {
    /// The tests of what it was included from.
    Tested,
    /// Compiling this.
    Alone(String),
    /// Nothing, for this reason.
    Nowhere(String),
}

impl Block {
    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|other| other == word)
    }

    fn source(&self, root: &Path) -> Source {
        if self.included || self.has("run") {
            return Source::Tested;
        }
        if let Some(lab) = &self.hint {
            return quoted(&self.body, root, lab);
        }
        let snippet = Snippet {
            name: String::new(),
            source: self.body.clone(),
            file: String::new(),
            line: 0,
        };
        let program = snippet.program();
        Source::Alone(match program.contains("fn main(") {
            true => program,
            false => format!("fn main() {{\n{program}\n}}\n"),
        })
    }
}

/// A hint shows a part of a step, which can't be compiled alone: each of its lines is one of the
/// lab's solution.
fn quoted(body: &str, root: &Path, lab: &str) -> Source {
    let folder = root.join(course().lab(lab).unwrap().solution()).join("src");
    let mut solution = String::new();
    for entry in folder.read_dir().unwrap() {
        solution += &std::fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    let known = |line: &str| solution.lines().any(|other| other.trim() == line);
    match body.lines().map(str::trim).find(|line| !line.is_empty() && !known(line)) {
        None => Source::Tested,
        Some(line) => Source::Nowhere(format!("the solution of {lab} has no line `{line}`")),
    }
}

fn blocks(chapter: &Chapter) -> Vec<Block> {
    let included: Vec<usize> = includes(chapter);
    let hints: Vec<_> = fence::find(&chapter.text, &chapter.file)
        .0
        .into_iter()
        .filter_map(|fence| match fence.kind {
            Kind::Hints { lab, .. } => Some((fence.range, lab)),
            _ => None,
        })
        .collect();
    let mut blocks: Vec<Block> = Vec::new();
    for (start, markdown) in chapter.markdown() {
        let mut inside = false;
        for (event, range) in Parser::new_ext(markdown, options()).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    let mut words = info.split([',', ' ']).map(str::to_owned);
                    inside = words.next().is_some_and(|first| first == "rust");
                    if inside {
                        let at = start + range.start;
                        let line = chapter.text.line_at(at);
                        let hint = hints.iter().find(|(range, _)| range.contains(&at));
                        blocks.push(Block {
                            at,
                            words: words.collect(),
                            body: String::new(),
                            included: included.contains(&line),
                            hint: hint.map(|(_, lab)| lab.clone()),
                        });
                    }
                }
                Event::Text(code) if inside => {
                    blocks.last_mut().expect("it has begun").body += &code;
                }
                Event::End(_) => inside = false,
                _ => {}
            }
        }
    }
    blocks
}

/// The lines of the fences in which nothing was written but includes.
fn includes(chapter: &Chapter) -> Vec<usize> {
    let mut lines = chapter.written.lines().peekable();
    let mut found = Vec::new();
    while let Some((number, line)) = lines.next() {
        if !line.trim_start().starts_with("```rust") {
            continue;
        }
        let mut all = true;
        let mut any = false;
        for (_, line) in lines.by_ref() {
            match line.trim() {
                "```" => break,
                "" => {}
                line => {
                    any = true;
                    all &= line.starts_with("{{#include ") && line.ends_with("}}");
                }
            }
        }
        if any && all {
            found.push(number);
        }
    }
    found
}

#[test]
fn only_what_is_checked_nowhere_else_is_compiled_here() {
    let text = "\
```rust
{{#include ../solutions/lab-03/src/library.rs:library}}
```

```rust,run,name=x
fn main() {}
```

```rust
# use feed::Feed;
let x = 1;
```

```rust,compile_fail
fn main() { x }
```

````hints lab-03 1
1. Nothing.
2. Something.
3. All:

   ```rust
   a line that no solution has
   ```
````
";
    let root = root();
    let chapter = Chapter::new(&root, "book/a.md", text);
    let kinds: Vec<(usize, String)> = blocks(&chapter)
        .iter()
        .map(|block| {
            let kind = match block.source(&root) {
                Source::Tested => "tested".to_owned(),
                Source::Alone(program) => program,
                Source::Nowhere(text) => text,
            };
            (chapter.text.line_at(block.at), kind)
        })
        .collect();
    let wanted = [
        (1, "tested"),
        (5, "tested"),
        (9, "fn main() {\nuse feed::Feed;\nlet x = 1;\n\n}\n"),
        (14, "fn main() { x }\n"),
        (23, "the solution of lab-03 has no line `a line that no solution has`"),
    ];
    assert_eq!(kinds, wanted.map(|(line, kind)| (line, kind.to_owned())));
}
