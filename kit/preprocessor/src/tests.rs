//! Chapters through the preprocessor, without a disk or a compiler.

use crate::include::Sources;
use crate::workshop::Workshop;
use manifest::Course;
use snippets::{Prepared, Snippet, State};
use std::collections::HashMap;
use std::io;

/// A workshop of a few files.
struct Files(HashMap<&'static str, &'static str>);

impl Sources for Files {
    fn read(&self, path: &str) -> io::Result<String> {
        if path == "tests/snapshots/lab_42/crlf.snap" {
            return Ok(SNAPSHOT.replace('\n', "\r\n"));
        }
        let file = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok((*file).to_owned())
    }
}

const WIRE: &str = "\
//! solution_42
// ANCHOR: step_1
/// One event.
pub fn encode(text: &str) -> String {
    // ANCHOR: todo_1 one `data:` line for each line
    format!(\"data: {text}\\n\\n\")
    // ANCHOR_END: todo_1
}
// ANCHOR_END: step_1
impl Wire {
    // ANCHOR: step_2
    fn end() -> bool {
        // ANCHOR: naive_2 tell the end
        //~ false
        true
        // ANCHOR_END: naive_2
    }
    // ANCHOR_END: step_2
}
// ANCHOR: twice
// ANCHOR_END: twice
// ANCHOR: twice
// ANCHOR_END: twice
";

const SNAPSHOT: &str = "\
---
source: tests/lab_42.rs
---
→ head       GET /latest HTTP/1.1␍␊
→ head       ␍␊                                       │ end of the head
⟨end⟩
";

const ANSWERS: &str = "\
[green]
name = \"Green tea\"
boil = \"when it `sings`\"
steep = \"two minutes\"

[black]
name = \"Black tea\"
boil = \"when it bubbles\"
steep = \"four minutes\"
";

const COURSE: &str = "\
title = 'Tea'

[[question]]
name = 'boil'
text = 'When is the water hot?'

[[question]]
name = 'steep'
text = 'How long does it take?'

[[lab]]
number = 42
port = 8042
page = 'green'
chapter = 'green tea'
";

fn course() -> Course {
    Course::parse(COURSE).unwrap()
}

fn workshop() -> Workshop {
    workshop_with(ANSWERS)
}

fn workshop_with(answers: &'static str) -> Workshop {
    Workshop {
        course: course().into(),
        sources: Box::new(Files(HashMap::from([
            ("solutions/lab-42/Cargo.toml", "[package]\n"),
            ("solutions/lab-42/src/wire.rs", WIRE),
            ("solutions/lab-42/src/open.rs", "// ANCHOR: open\nfn open() {}\n"),
            ("tests/snapshots/lab_42/latest.snap", SNAPSHOT),
            ("tests/snapshots/lab_42/torn.snap", "a torn page\n"),
            ("book/data/answers.toml", answers),
            ("book/green.md", "# Green\n"),
            ("book/drum.md", "---\nminutes: 50\nlab: lab-47\nsteps: [10, 20]\n---\n# *Drum*\n"),
            ("book/fire.md", "---\nminutes: 15\n---\n# Fire\n"),
        ]))),
        prepare: Box::new(|snippets| Ok(snippets.iter().map(prepared).collect())),
    }
}

fn prepared(snippet: &Snippet) -> Prepared {
    let state = match snippet.source.contains("broken") {
        true => State::Failed("book/a.md:9: it \"breaks\"\n\nhere".into()),
        false => State::Ready,
    };
    let url = format!("generated/snippets/{}.wasm", snippet.name);
    Prepared { name: snippet.name.clone(), url, state }
}

/// What mdBook gets of one chapter.
fn page(text: &str) -> String {
    let pages = [("book/a.md".to_owned(), text.to_owned())];
    workshop().render(&pages).unwrap().remove(0)
}

/// What the author reads about one chapter.
fn message(text: &str) -> String {
    let pages = [("book/a.md".to_owned(), text.to_owned())];
    match workshop().render(&pages) {
        Ok(_) => "nothing is wrong".into(),
        Err(error) => format!("{error:#}"),
    }
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../tests/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn a_chapter_with_everything() {
    let chapter = "\
---
minutes: 12
lab: lab-42
steps: [20, 1]
---
# One

```rust
{{#include ../labs/lab-42/src/wire.rs:step_1}}
```

```rust
{{#include ../solutions/lab-42/src/wire.rs:step_2}}
```

As written: \\{{#include a.md}}, {{#title One}}.

```rust,run,name=first
# use feed::Feed;
fn main() {}
```

```rust,run,name=second
fn main() { broken }
```

```quiz
Where does **it** end?

- [ ] nowhere
- [x] at a
  `blank line`

> Since <1992>.
>
> For ever.
```

```text
left alone
```

```notes
Time: 3 minutes.
Ask: Who knows?
And who doesn't?
```

````hints lab-42 1
1. Look.
2. Look again:

   ```rust
   look();

   look();
   ```
3. It is there.
````
";
    assert_snapshot("chapter", &page(chapter));
}

#[test]
fn line_ends_and_the_mark_at_the_beginning_do_not_matter() {
    let chapter =
        "---\nminutes: 12\n---\n# One\n\n```quiz\nWhere?\n\n- [ ] a\n- [x] b\n\n> c\n```\n";
    let expected = page(chapter);
    assert!(expected.contains("12 minutes") && expected.contains("<fieldset"), "{expected}");
    let mark = format!("\u{feff}{chapter}");
    assert_eq!(page(&mark), expected);
    assert_eq!(page(&mark.replace('\n', "\r\n")), expected);
    assert_eq!(crate::front_matter::title("\u{feff}# One\r\n"), Some("One"));
    assert_eq!(crate::front_matter::FrontMatter::of(&mark, "one.md").unwrap().minutes, Some(12));
}

#[test]
fn an_include_keeps_its_place_in_a_list_and_in_a_quote() {
    let include = "{{#include ../solutions/lab-42/src/wire.rs:step_2}}";
    let code = ["fn end() -> bool {", "    true", "}"];
    for prefix in ["", "   ", "> ", "  > "] {
        let lines = code.map(|line| format!("{prefix}{line}\n")).concat();
        let text = page(&format!("- a list\n\n{prefix}```rust\n{prefix}{include}\n{prefix}```\n"));
        assert!(text.contains(&format!("{prefix}```rust\n{lines}{prefix}```\n")), "{text}");
    }
}

#[test]
fn what_was_recorded_is_drawn_by_trace() {
    let (_, text) = SNAPSHOT.split_once("---\n→").unwrap();
    let lines = trace::parse(&format!("→{text}")).unwrap();
    let transcript = page("```wire\nlab_42/latest\n```\n");
    assert_eq!(transcript.trim(), trace::to_html(&lines).trim());

    let ladder = |body: &str| page(&format!("```ladder\n{body}\n```\n")).trim().to_owned();
    let drawn = |title: &str| trace::Ladder::from_lines(title, &lines).to_svg().trim().to_owned();
    assert_eq!(ladder("from lab_42/latest"), drawn("lab_42/latest"));
    assert_eq!(ladder("from lab_42/latest\ntitle: A question"), drawn("A question"));
    // As git may check it out on Windows.
    let elsewhere = page("```wire\nlab_42/crlf\n```\n");
    assert_eq!(elsewhere, transcript);
    let text = "title: x\nparticipants: A, B\nA -> B: hello";
    assert_eq!(ladder(text), trace::Ladder::parse(text).unwrap().to_svg().trim());
}

#[test]
fn answers_stand_side_by_side_and_lead_to_their_chapters() {
    assert_snapshot("answers", &page("```answers\nblack, green\n```\n"));
}

#[test]
fn answers_are_to_the_questions_of_the_course() {
    let message = |answers: &'static str| {
        let pages = [("book/a.md".to_owned(), "```answers\ngreen\n```\n".to_owned())];
        workshop_with(answers).render(&pages).unwrap_err().to_string()
    };
    assert_eq!(
        message("[green]\nname = 'Green tea'\nboil = 'soon'\n"),
        "book/a.md:1: book/data/answers.toml: [green] has no `steep`: write it"
    );
    assert_eq!(
        message("[green]\nname = 'Green tea'\nboil = 'soon'\nsteep = 'long'\nsip = 'hot'\n"),
        "book/a.md:1: book/data/answers.toml: [green] has `sip`, which is no question: write one \
         of `name`, `boil`, `steep`"
    );
}

#[test]
fn times_come_from_the_chapters_and_add_up() {
    assert_snapshot("times", &page("```times\ndrum, fire\n```\n"));
}

#[test]
fn every_message_says_where_and_what_to_do() {
    let cases = [
        "# No\n```rust,rnu\n```\n",
        "```rust,name=x\n```\n",
        "```rust,run\n```\n",
        "```rust,run,name=Größe\n```\n",
        "```rust,run,name=a\n```\n\n```rust,run,name=a\n```\n",
        "```wire annotated\n```\n",
        "```hints\n```\n",
        "```hints 03 1\n```\n",
        "```hints lab-42 3\n```\n",
        "```hints lab-47 1\n1. a\n2. b\n3. c\n```\n",
        "- a list\n  ```quiz\n  ```\n",
        "> ```notes\n> ```\n",
        "text\n```notes\nNote: x\n",
        "````quiz\n```\n",
        "---\nminutes: twelve\n---\n",
        "---\nsteps: 1, 2\n---\n",
        "---\nauthor: x\n---\n",
        "---\nminutes: 1\n",
        "---\nminutes: 1\nlab: lab-47\n---\n",
        "---\nlab: three\n---\n",
        "---\nminutes: 1\nminutes: 2\n---\n",
        "---\nsteps: [12]\n---\n# One\n\n## Step 1: boil\n\n*10 minutes · needs nothing*\n",
        "```wires\nlab_42/latest\n```\n",
        "---\nminutes: 1\n---\n# One\n\n```quizz\n```\n\n```quiz\n```\n",
        "```quiz\nWhy?\n```\n",
        "```quiz\nWhy?\n\n- [ ] a\n- [ ] b\n\n> c\n```\n",
        "```quiz\nWhy?\n\n- [x] a\n- [ ] b\n```\n",
        "```quiz\nWhy?\n\n- [x] a\n* [ ] b\n```\n",
        "```quiz\nWhy?\n\n- [x] a\n- [ ] b\n\n> c\n- [ ] d\n```\n",
        "```notes\nremember\n```\n",
        "```notes\n```\n",
        "```hints lab-42 1\n1. a\n2. b\n```\n",
        "```hints lab-42 1\n1. a\nb\n```\n",
        "```hints lab-42 1\na\n```\n",
        "```hints lab-42 1\n1. a\n2. b\n3. c\n```\n\n```hints lab-42 1\n1. a\n2. b\n3. c\n```\n",
        "```answers\n```\n",
        "```answers\ngreen,\nsmoke\n```\n",
        "```times\n```\n",
        "```times\nfire, green\n```\n",
        "```times\nsmoke\n```\n",
        "```wire\nlab_42/none\n```\n",
        "```wire\n../secret\n```\n",
        "```wire\nlab_42/torn\n```\n",
        "```ladder\nfrom lab_42/none\n```\n",
        "```ladder\nfrom lab_42/latest\nanything\n```\n",
        "```ladder\ntitle: x\nparticipants: A, B\nA -> C: x\n```\n",
        "{{#include none.md}}\n",
        "{{#include ../../etc/passwd}}\n",
        "{{#include /etc/passwd}}\n",
        "{{#include ../solutions/lab-42/src/wire.rs:none}}\n",
        "{{#include ../solutions/lab-42/src/wire.rs:twice}}\n",
        "{{#include ../solutions/lab-42/src/wire.rs:1:2}}\n",
        "{{#include ../solutions/lab-42/src/open.rs}}\n",
        "{{#include ../labs/three/src/wire.rs}}\n",
        "{{#rustdoc_include a.rs}}\n",
        "{{#include ../solutions/lab-42/src/wire.rs\n",
        // Several at once, in the order of their lines.
        "{{#include none.md}}\n\n```rust,rnu\n```\n\n{{#include nor.md}}\n",
        // A line below an include is still the author's line.
        "{{#include ../solutions/lab-42/src/wire.rs:step_1}}\n\n```wire x\n```\n",
    ];
    let text: Vec<String> =
        cases.iter().map(|case| format!("{}\n⇒ {}", case.trim_end(), message(case))).collect();
    assert_snapshot("messages", &text.join("\n\n────\n\n"));
}

#[test]
fn html_has_no_blank_line_that_would_end_it() {
    let html = crate::html::one_block("<pre>a\n\n \nb</pre>");
    assert_eq!(html, "\n<pre>a\n&#10; &#10;b</pre>\n");
}
