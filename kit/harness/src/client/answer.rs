//! Reading answers: heads, bodies, and the silence between.

use super::{Came, Client, Ended};
use crate::failure::Failure;
use crate::http::{Head, find};
use crate::wait::{Wait, seconds};
use std::time::Duration;
use trace::strict::{self, Framing, Wrong};
use trace::visible;

impl Client {
    /// Reads the head of the next answer.
    #[track_caller]
    pub fn head(&mut self) -> Head {
        let did = self.did();
        let (head, framing) = self.wait("the head of the answer", |client| {
            let head = Head::read(&client.received[client.read..], &did)?;
            let framing = head.as_ref().map(|head| head.framing()).transpose()?;
            Ok(head.zip(framing))
        });
        self.read += head.bytes().len();
        self.framing = framing;
        self.body_ended = matches!(framing, Framing::None | Framing::Length(0));
        head
    }

    /// Takes the body's next chunk, whole; `None` for the last one. Only for a chunked body, and not
    /// in the midst of what [`until`](Client::until) left.
    #[track_caller]
    pub fn chunk(&mut self) -> Option<Vec<u8>> {
        if self.framing != Framing::Chunked {
            let head = self.failure().seen_so_far(&self.received);
            head.expected("Transfer-Encoding: chunked").raise();
        }
        assert_eq!(self.taken, self.body.len(), "a part of an earlier chunk isn't taken yet");
        self.wait("a chunk", |client| {
            let more = client.read_body()?;
            Ok((more || client.body_ended).then_some(()))
        });
        let chunk = self.body[self.taken..].to_vec();
        self.taken = self.body.len();
        (!chunk.is_empty()).then_some(chunk)
    }

    /// Takes the body's bytes up to and with `pattern`.
    #[track_caller]
    pub fn until(&mut self, pattern: &[u8]) -> Vec<u8> {
        let what = visible(pattern);
        self.until_some(&what, |body| find(body, pattern).map(|at| at + pattern.len()))
    }

    /// Takes as many of the body's bytes as `found` says, once it says so. `what` completes the
    /// sentence "waited 1 s for: …".
    #[track_caller]
    pub fn until_some(
        &mut self,
        what: &str,
        mut found: impl FnMut(&[u8]) -> Option<usize>,
    ) -> Vec<u8> {
        let length = self.wait(what, |client| {
            while client.read_body()? {}
            match found(&client.body[client.taken..]) {
                // The end of a plain connection is told as such.
                None if client.body_ended && !client.plain => {
                    Err(Wrong { at: 0, note: format!("the body ended without {what}") })
                }
                found => Ok(found),
            }
        });
        let bytes = self.body[self.taken..][..length].to_vec();
        self.taken += length;
        bytes
    }

    /// Takes the rest of the body: waits until it ends as its framing says.
    #[track_caller]
    pub fn rest(&mut self) -> Vec<u8> {
        self.wait("the end of the body", |client| {
            while client.read_body()? {}
            Ok(client.body_ended.then_some(()))
        });
        let bytes = self.body[self.taken..].to_vec();
        self.taken = self.body.len();
        bytes
    }

    /// For as long as `time`, fails if the body says anything but `allowed`, again and again, or if
    /// it ends. Returns how often `allowed` came. An empty `allowed` means silence; before a head
    /// was read, and after a body, it is all that can be.
    #[track_caller]
    pub fn nothing_but(&mut self, allowed: &[u8], time: Duration) -> usize {
        let wait = Wait::start(time);
        let open = !self.body_ended;
        let mut count = 0;
        loop {
            while match self.read_body() {
                Ok(more) => more,
                Err(wrong) => self.fail_wrong(wrong),
            } {}
            while !allowed.is_empty() && self.body[self.taken..].starts_with(allowed) {
                self.taken += allowed.len();
                count += 1;
            }
            let rest = &self.body[self.taken..];
            let common = rest.iter().zip(allowed).take_while(|(got, want)| got == want).count();
            if common < rest.len() {
                let expected = match allowed {
                    [] => "nothing".to_owned(),
                    allowed => format!("nothing but {}", visible(allowed)),
                };
                Failure::new(format!("{}, then watching for {}", self.did(), seconds(time)))
                    .seen_so_far(&self.body)
                    .caret(self.taken + common, "")
                    .expected(expected)
                    .raise();
            }
            if open && self.body_ended {
                self.fail_wrong(Wrong { at: 0, note: "the body ended".to_owned() });
            }
            if self.body_ended && self.read < self.received.len() {
                self.fail_wrong(Wrong { at: 0, note: "nothing should come now".to_owned() });
            }
            match self.fill(&wait) {
                Came::More => {}
                Came::Nothing => return count,
                Came::Ended => self.fail_ended("quiet, but an open connection"),
                Came::TooMuch => self.fail_too_much("quiet"),
            }
        }
    }

    /// Moves the next piece of the body from the wire into `body`; false when no more is there yet.
    fn read_body(&mut self) -> Result<bool, Wrong> {
        if self.body_ended {
            return Ok(false);
        }
        let rest = &self.received[self.read..];
        let (data, used) = match self.framing {
            Framing::None => return Ok(false),
            Framing::Length(left) => {
                let length = left.min(rest.len());
                self.framing = Framing::Length(left - length);
                self.body_ended = length == left;
                (&rest[..length], length)
            }
            Framing::UntilClose => {
                self.body_ended = self.ended == Some(Ended::Closed);
                (rest, rest.len())
            }
            Framing::Chunked => match strict::chunk(rest)? {
                None => return Ok(false),
                Some(chunk) => {
                    self.body_ended = chunk.data.is_empty();
                    (chunk.data, chunk.length)
                }
            },
        };
        self.body.extend_from_slice(data);
        self.read += used;
        Ok(!data.is_empty())
    }
}
