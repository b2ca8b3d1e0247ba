//! A client's side of the conversation: which answer belongs to which question. No I/O.

use crate::wire::{Answer, Lines, Request};
use std::collections::VecDeque;

/// What a client knows of its connection.
#[derive(Debug, Default)]
pub struct Client {
    lines: Lines,
    /// The questions without an answer, the oldest first.
    asked: VecDeque<Request>,
}

/// Why a line from the server can't be taken for an answer. Nothing that follows on this connection
/// can be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nothing was asked.
    Unasked,
    /// This is what is wrong with the line.
    Unreadable(String),
}

impl Client {
    /// The bytes to send for a question. It needn't wait for the answer to an earlier one.
    pub fn ask(&mut self, request: Request) -> String {
        let line = request.encode();
        self.asked.push_back(request);
        line
    }

    /// Takes the next bytes from the server, and returns the answers that they complete, each with
    /// its question.
    ///
    /// # Errors
    /// A line is no answer to anything. Close the connection.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<(Request, Answer)>, NoAnswer> {
        let mut answered = Vec::new();
        for line in self.lines.push(bytes) {
            let line = line.map_err(|error| NoAnswer::Unreadable(error.to_string()))?;
            let question = self.question().ok_or(NoAnswer::Unasked)?;
            answered.push((question, Answer::parse(&line).map_err(NoAnswer::Unreadable)?));
        }
        Ok(answered)
    }

    // ANCHOR: step_2_question
    /// Takes out the question that the next answer belongs to.
    fn question(&mut self) -> Option<Request> {
        // ANCHOR: naive_2 answers come in the order of the questions
        //~ self.asked.pop_back()
        self.asked.pop_front()
        // ANCHOR_END: naive_2
    }
    // ANCHOR_END: step_2_question
}
