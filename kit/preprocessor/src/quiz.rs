//! ```` ```quiz ````: a question, `- [ ]` and `- [x]` answers, `> explanation`.

use crate::html::{blocks, inline};
use crate::problem::Fault;

/// A form that the page's script checks. Without the script the answer is behind a disclosure.
/// `name` keeps the answers of one question together and is unlike that of any other question.
pub fn render(body: &str, name: &str) -> Result<String, Fault> {
    let quiz = parse(body)?;
    // Several right answers are ticked, a single one is chosen.
    let several = quiz.answers.iter().filter(|answer| answer.right).count() > 1;
    let kind = if several { "checkbox" } else { "radio" };
    let mut options = String::new();
    let mut right = String::new();
    for answer in &quiz.answers {
        let text = inline(&answer.text);
        let mark = if answer.right { " data-right" } else { "" };
        options.push_str(&format!(
            "<label><input type=\"{kind}\" name=\"quiz-{name}\"{mark}> <span>{text}</span></label>\n"
        ));
        if answer.right {
            right.push_str(&format!("<p class=\"quiz-right\">{text}</p>\n"));
        }
    }
    // A legend holds one paragraph; what follows it goes below.
    let (question, more) = quiz.question.split_once("\n\n").unwrap_or((&quiz.question, ""));
    Ok(format!(
        "<fieldset class=\"quiz\" data-name=\"{name}\">\n<legend>{}</legend>\n{}\n\
         <div class=\"quiz-options\">\n{options}</div>\n\
         <details class=\"quiz-answer\"><summary>Answer</summary>\n{right}{}\n</details>\n</fieldset>",
        inline(question),
        blocks(more),
        blocks(&quiz.explanation)
    ))
}

struct Quiz {
    question: String,
    answers: Vec<Answer>,
    explanation: String,
}

struct Answer {
    right: bool,
    text: String,
}

fn parse(body: &str) -> Result<Quiz, Fault> {
    let mut quiz =
        Quiz { question: String::new(), answers: Vec::new(), explanation: String::new() };
    for (index, line) in body.lines().enumerate() {
        let fault = |text: &str| Err(Fault::at(index + 1, text));
        let answer = [("- [ ]", false), ("- [x]", true)]
            .into_iter()
            .find_map(|(mark, right)| Some((right, line.strip_prefix(mark)?)));
        if let Some((right, text)) = answer {
            if !quiz.explanation.is_empty() {
                return fault("an answer after the explanation: move it up");
            }
            quiz.answers.push(Answer { right, text: text.trim().to_owned() });
        } else if let Some(text) = line.strip_prefix('>') {
            quiz.explanation.push_str(text.strip_prefix(' ').unwrap_or(text));
            quiz.explanation.push('\n');
        } else if line.trim().is_empty() && !quiz.answers.is_empty() {
        } else if !quiz.explanation.is_empty() {
            return fault("text after the explanation: begin the line with `>`");
        } else if let Some(last) = quiz.answers.last_mut() {
            if !line.starts_with("  ") {
                return fault(
                    "an answer begins with `- [ ]` or `- [x]`; indent a line that continues one",
                );
            }
            last.text.push(' ');
            last.text.push_str(line.trim());
        } else {
            quiz.question.push_str(line);
            quiz.question.push('\n');
        }
    }
    quiz.question = quiz.question.trim().to_owned();
    if quiz.question.is_empty() {
        return Err(Fault::new("the quiz has no question: write it above the answers"));
    }
    if quiz.answers.len() < 2 {
        return Err(Fault::new(
            "the quiz needs at least two answers, as in `- [ ] by a blank line`",
        ));
    }
    if !quiz.answers.iter().any(|answer| answer.right) {
        return Err(Fault::new("no answer of the quiz is right: mark one with `- [x]`"));
    }
    if quiz.explanation.trim().is_empty() {
        return Err(Fault::new("the quiz has no explanation: end it with `> why it is so`"));
    }
    Ok(quiz)
}
