//! What a test expects of a head. It is read strictly (`trace::strict`): a server's wrong framing
//! must be seen, not repaired.

use crate::failure::Failure;
use std::ops::Deref;
use trace::strict::{self, Wrong};

/// Where `pattern` first stands in `bytes`. The harness is optimised, the tests are not.
pub fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).position(|part| part == pattern)
}

/// The head of an answer, and what it answers.
#[derive(Clone, Debug)]
pub struct Head {
    head: strict::Head,
    did: String,
}

impl Deref for Head {
    type Target = strict::Head;

    fn deref(&self) -> &strict::Head {
        &self.head
    }
}

impl Head {
    /// Fails, with a caret under the status, unless it is this one. The fields don't matter then.
    #[track_caller]
    pub fn expect_status(&self, status: u16) {
        if self.status() != status {
            let line = self.bytes().split_inclusive(|&byte| byte == b'\n').next();
            Failure::new(format!("{} was answered", self.did))
                .seen_so_far(line.unwrap_or_default())
                .caret(9, "")
                .expected(format!("status {status}"))
                .raise();
        }
    }

    /// Fails, with a caret under the value, unless `rule` holds for it; also when there is none.
    /// `expected` says what should stand there: "text/event-stream".
    #[track_caller]
    pub fn expect_field(&self, name: &str, expected: &str, rule: impl FnOnce(&str) -> bool) {
        match (self.find(name), self.field(name)) {
            (Some(_), Some(value)) if rule(value) => {}
            (Some(field), _) => {
                self.failure(field.value.start, "").expected(format!("{name}: {expected}")).raise()
            }
            (None, _) => self
                .failure(self.bytes().len().saturating_sub(2), "the head ends here")
                .expected(format!("a field {name}: {expected}"))
                .raise(),
        }
    }

    /// Fails, with a caret under it, if there is a field with this name.
    #[track_caller]
    pub fn expect_no_field(&self, name: &str) {
        if let Some(field) = self.find(name) {
            let at = self.bytes()[..field.value.start].iter().rposition(|&byte| byte == b'\n');
            self.failure(at.map_or(0, |lf| lf + 1), "").expected(format!("no {name}")).raise();
        }
    }

    /// A failure about this head with a caret under one of its bytes.
    pub fn failure(&self, at: usize, note: &str) -> Failure {
        Failure::new(format!("{} was answered", self.did)).seen_so_far(self.bytes()).caret(at, note)
    }

    /// The head at the start of `bytes`; `None` while it isn't whole. `did` says what it answers.
    pub(crate) fn read(bytes: &[u8], did: &str) -> Result<Option<Head>, Wrong> {
        let head = strict::Head::read(bytes)?;
        Ok(head.map(|head| Head { head, did: did.to_owned() }))
    }
}
