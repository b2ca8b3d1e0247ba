//! Several wrong answers in one source, of which one is chosen when the program runs. Pure.
//!
//! Most wrong answers change the body of one function. The function then gets a body for each of
//! them, besides its own:
//!
//! ```text
//! fn beat() -> &'static str { match crate::wrong_answer() {
//! 7 => { "beat;" }
//! 9 => { "" }
//! _ => { ":;" }
//! } }
//! ```
//!
//! One build then serves all of them, and a run of the tests still knows only one.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::fmt::Write;
use std::ops::Range;

/// The environment variable that chooses a wrong answer by its number. Without it, or with a number
/// that no answer has, it is the solution that runs.
pub const VARIABLE: &str = "WRONG_ANSWER";

/// What one wrong answer changes in a source.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The bytes that it replaces.
    pub range: Range<usize>,
    /// What it writes there.
    pub text: String,
}

impl Edit {
    /// The edit that writes `replace` in place of `find`, which is at the byte `start`. What both
    /// begin or end by isn't a part of it: often that is what was needed to find the place.
    pub fn new(start: usize, find: &str, replace: &str) -> Edit {
        let same = find.chars().zip(replace.chars()).take_while(|(one, other)| one == other);
        let before: usize = same.map(|(char, _)| char.len_utf8()).sum();
        let (find, replace) = (&find[before..], &replace[before..]);
        let same = find.chars().rev().zip(replace.chars().rev());
        let same = same.take_while(|(one, other)| one == other);
        let after: usize = same.map(|(char, _)| char.len_utf8()).sum();
        let start = start + before;
        Edit {
            range: start..start + find.len() - after,
            text: replace[..replace.len() - after].to_owned(),
        }
    }

    /// The source, or what is at `part` of it, with the edit.
    pub fn apply(&self, source: &str, part: Range<usize>) -> String {
        [&source[part.start..self.range.start], &self.text, &source[self.range.end..part.end]]
            .concat()
    }
}

/// Several edits in one source.
#[derive(Debug, PartialEq, Eq)]
pub struct Combined {
    /// The source with all that can be together.
    pub source: String,
    /// The numbers of the others. Each needs a source of its own.
    pub alone: Vec<usize>,
}

/// Makes one source of several edits, each with its number; the number 0 is the solution's.
pub fn combine(source: &str, edits: &[(usize, &Edit)]) -> Combined {
    let mut bodies: Vec<_> = bodies(source).into_iter().map(|body| (body, String::new())).collect();
    let mut alone = Vec::new();
    for (number, edit) in edits {
        let inside =
            |body: &Range<usize>| body.start <= edit.range.start && edit.range.end <= body.end;
        let body = bodies.iter_mut().find(|(body, _)| inside(body));
        let joined = body.is_some_and(|(body, arms)| {
            let arm = format!("{{{}}}", edit.apply(source, body.clone()));
            let whole = is_block(&arm);
            if whole {
                let _ = writeln!(arms, "{number} => {arm}");
            }
            whole
        });
        if !joined {
            alone.push(*number);
        }
    }
    let mut combined = String::new();
    let mut done = 0;
    for (body, arms) in bodies.iter().filter(|(_, arms)| !arms.is_empty()) {
        combined += &source[done..body.start];
        let own = &source[body.clone()];
        let _ = write!(combined, " match crate::wrong_answer() {{\n{arms}_ => {{{own}}}\n}} ");
        done = body.end;
    }
    combined += &source[done..];
    Combined { source: combined, alone }
}

/// What the package's `lib.rs` needs besides, for [`combine`]'s sources.
pub fn chooser() -> String {
    format!(
        "\nfn wrong_answer() -> usize {{
    static CHOSEN: std::sync::LazyLock<usize> = std::sync::LazyLock::new(|| {{
        std::env::var(\"{VARIABLE}\").ok().and_then(|it| it.parse().ok()).unwrap_or(0)
    }});
    *CHOSEN
}}
"
    )
}

/// Is the text one block? An edit may have too many brackets, or a quote that nothing ends: it would
/// spoil what is around it.
fn is_block(text: &str) -> bool {
    let Ok(tokens) = text.parse::<TokenStream>() else { return false };
    let mut tokens = tokens.into_iter();
    let block = tokens.next().as_ref().and_then(block).is_some();
    block && tokens.next().is_none()
}

/// The places between the braces of all functions that can have several bodies, in their order. A
/// function inside another is a part of that one's.
fn bodies(source: &str) -> Vec<Range<usize>> {
    let mut bodies = Vec::new();
    if let Ok(tokens) = source.parse() {
        find_bodies(tokens, &mut bodies);
    }
    bodies
}

fn find_bodies(tokens: TokenStream, bodies: &mut Vec<Range<usize>>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if is_word(token, "fn")
            && let Some(body) = body(&tokens[..at], &tokens[at + 1..])
        {
            bodies.push(body);
        } else if let TokenTree::Group(group) = token
            && bodies.last().is_none_or(|body| body.end <= group.span_open().byte_range().start)
        {
            find_bodies(group.stream(), bodies);
        }
    }
}

/// The body of a function that can have several, from what is before its `fn` and after it.
fn body(before: &[TokenTree], after: &[TokenTree]) -> Option<Range<usize>> {
    // Else it is a type: `fn(u8) -> u8`.
    matches!(after.first(), Some(TokenTree::Ident(_))).then_some(())?;
    let is_end = |token: &TokenTree| block(token).is_some() || is_mark(token, ';');
    let end = after.iter().position(is_end)?;
    let (signature, body) = (&after[..end], block(&after[end])?);
    // Two bodies would be two types.
    let arrow =
        signature.windows(2).position(|pair| is_mark(&pair[0], '-') && is_mark(&pair[1], '>'));
    let opaque = arrow.is_some_and(|arrow| has_word(&signature[arrow..], "impl"));
    // The compiler runs it, where there is no environment: `const fn`, `const unsafe extern "C" fn`.
    let mut words = before.iter().rev().take_while(|token| {
        matches!(token, TokenTree::Literal(_))
            || ["async", "const", "extern", "unsafe"].iter().any(|word| is_word(token, word))
    });
    let constant = words.any(|token| is_word(token, "const"));
    (!opaque && !constant).then_some(body)
}

/// The place between the braces of a block.
fn block(token: &TokenTree) -> Option<Range<usize>> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            Some(group.span_open().byte_range().end..group.span_close().byte_range().start)
        }
        _ => None,
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

/// Is the word anywhere in the tokens?
fn has_word(tokens: &[TokenTree], word: &str) -> bool {
    tokens.iter().any(|token| match token {
        TokenTree::Group(group) => has_word(&group.stream().into_iter().collect::<Vec<_>>(), word),
        token => is_word(token, word),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The edits in one source, the first with the number 1; each is what to find, and what to write.
    fn combined(source: &str, edits: &[(&str, &str)]) -> Combined {
        let edits: Vec<_> = edits
            .iter()
            .map(|(find, text)| Edit::new(source.find(find).unwrap(), find, text))
            .collect();
        let edits: Vec<_> = edits.iter().enumerate().map(|(at, edit)| (at + 1, edit)).collect();
        combine(source, &edits)
    }

    /// All edits are together in this source.
    #[track_caller]
    fn together(source: &str, edits: &[(&str, &str)], expected: &str) {
        let expected = Combined { source: expected.to_owned(), alone: Vec::new() };
        assert_eq!(combined(source, edits), expected);
    }

    /// The edit needs a source of its own.
    #[track_caller]
    fn alone(source: &str, find: &str, text: &str) {
        let expected = Combined { source: source.to_owned(), alone: vec![1] };
        assert_eq!(combined(source, &[(find, text)]), expected);
    }

    #[test]
    fn an_edit_is_only_what_differs() {
        let source = "let hä = one(1);";
        let edit = Edit::new(4, "hä = one(1)", "hä = one(12, 1)");
        assert_eq!((edit.range.clone(), &*edit.text), (15..15, "2, 1"));
        assert_eq!(edit.apply(source, 0..source.len()), "let hä = one(12, 1);");
        assert_eq!(edit.apply(source, 13..16), "(12, 1)");
        let edit = Edit::new(0, "aa", "a");
        assert_eq!((edit.range, &*edit.text), (1..2, ""));
    }

    #[test]
    fn two_answers_in_one_function() {
        together(
            "fn one() -> u8 { 1 }\n",
            &[("1", "2"), ("1 ", "1 + 1 ")],
            "fn one() -> u8 { match crate::wrong_answer() {\n\
             1 => { 2 }\n2 => { 1 + 1 }\n_ => { 1 }\n} }\n",
        );
    }

    #[test]
    fn two_answers_in_different_functions() {
        together(
            "/// Ä {\nfn one() { a() }\nfn two() { b() }\nfn three() {}",
            &[("b", "d"), ("a", "c")],
            "/// Ä {\nfn one() { match crate::wrong_answer() {\n2 => { c() }\n_ => { a() }\n} }\n\
             fn two() { match crate::wrong_answer() {\n1 => { d() }\n_ => { b() }\n} }\n\
             fn three() {}",
        );
    }

    #[test]
    fn from_the_first_byte_of_a_body_to_its_last() {
        together(
            "fn one() {1}",
            &[("1", ""), ("{1", "{2; 1"), ("1}", "1 + 1}")],
            "fn one() { match crate::wrong_answer() {\n\
             1 => {}\n2 => {2; 1}\n3 => {1 + 1}\n_ => {1}\n} }",
        );
    }

    #[test]
    fn a_method_with_all_that_a_signature_may_have() {
        together(
            "impl<F: Fn() -> u8> Of<F> {\n\
             pub async unsafe fn at(self, f: fn(u8) -> u8) -> [u8; 2] where F: Copy { self.0 }\n}",
            &[("0", "1")],
            "impl<F: Fn() -> u8> Of<F> {\n\
             pub async unsafe fn at(self, f: fn(u8) -> u8) -> [u8; 2] where F: Copy \
             { match crate::wrong_answer() {\n1 => { self.1 }\n_ => { self.0 }\n} }\n}",
        );
    }

    #[test]
    fn an_argument_may_be_of_an_opaque_type() {
        together(
            "fn one(it: impl Into<u8>) -> u8 { 1 }",
            &[("1", "2")],
            "fn one(it: impl Into<u8>) -> u8 \
             { match crate::wrong_answer() {\n1 => { 2 }\n_ => { 1 }\n} }",
        );
    }

    #[test]
    fn what_is_inside_a_function_is_a_part_of_it() {
        together(
            "fn one() { fn two() -> u8 { 1 } let three = || { two() }; three() }",
            &[("1", "2"), ("{ two() }", "{ 3 }")],
            "fn one() { match crate::wrong_answer() {\n\
             1 => { fn two() -> u8 { 2 } let three = || { two() }; three() }\n\
             2 => { fn two() -> u8 { 1 } let three = || { 3 }; three() }\n\
             _ => { fn two() -> u8 { 1 } let three = || { two() }; three() }\n} }",
        );
    }

    #[test]
    fn a_function_inside_one_that_can_have_only_one_body() {
        together(
            "fn one() -> impl Fn() { fn two() { 1; } two }",
            &[("1", "2")],
            "fn one() -> impl Fn() { fn two() \
             { match crate::wrong_answer() {\n1 => { 2; }\n_ => { 1; }\n} } two }",
        );
    }

    #[test]
    fn what_is_not_inside_one_body_is_alone() {
        alone("const ONE: u8 = 1;", "1", "2");
        alone("fn one() { 1 }", "one", "two");
        alone("fn one() -> u8 { 1 }", "u8 { 1", "u16 { 2");
        alone("fn one() { a }\nfn two() { b }", "a }\nfn two() { b", "b }\nfn two() { a");
    }

    #[test]
    fn what_can_have_only_one_body_is_alone() {
        alone("fn one() -> impl Fn() { || 1 }", "1", "2");
        alone("fn one() -> Result<(u8, impl Copy), ()> { Ok((1, 1)) }", "1, ", "2, ");
        alone("pub const unsafe extern \"C\" fn one() -> u8 { 1 }", "1", "2");
        alone("trait One { fn one() -> u8; const TWO: u8 = { 1 }; }", "1", "2");
    }

    #[test]
    fn what_would_spoil_others_is_alone() {
        for text in ["1 }", "{ 1", "} fn two() { 1", "\"1", "1 /*", "(1", "1 //"] {
            alone("fn one() { 1 }", "1", text);
        }
    }

    #[test]
    fn in_a_source_that_is_none_all_are_alone() {
        alone("fn one() { 1 ", "1", "2");
    }
}
