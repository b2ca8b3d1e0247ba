//! A test's rule, and the run of its body.

use crate::failure::{Failure, Raised};
use crate::panics::{self, ServerId};
use crate::wait::{at_once, in_all, seconds};
use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, Location};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Which lab a test file is about: its wording in the messages.
#[derive(Clone, Copy, Debug)]
pub struct Lab {
    /// `03`
    pub number: &'static str,
    /// The chapter that has its steps, as in "… in the SSE chapter".
    pub chapter: &'static str,
}

/// What one test checks. Everything but the bytes, which the failure adds.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// 1 to 6: see [`Rule::question`].
    pub step: u8,
    /// Where the learner writes it: "wire.rs, `encode`".
    pub place: &'static str,
    /// The rule in one sentence.
    pub text: &'static str,
    /// Who says so: "HTML Living Standard §9.2.6".
    pub source: &'static str,
    /// What a user would have noticed.
    pub cost: &'static str,
}

const QUESTIONS: [(&str, &str); 6] = [
    ("frame", "Where does one message end?"),
    ("push", "How does new data reach the client?"),
    ("idle", "What happens when nothing happens?"),
    ("resume", "What of the events missed while away?"),
    ("pressure", "What if the client reads slower than the server writes?"),
    ("goodbye", "How does each side learn the other is gone?"),
];

impl Rule {
    /// The step's name and its question, the same for every lab.
    pub fn question(&self) -> (&'static str, &'static str) {
        *QUESTIONS.get(usize::from(self.step).wrapping_sub(1)).unwrap_or(&("?", "?"))
    }
}

/// The rule that this thread is testing, and what belongs to the test.
#[derive(Clone)]
pub(crate) struct Current {
    pub lab: Lab,
    /// The step that the test belongs to. The rule may be another step's for a while: see [`under`].
    pub step: u8,
    pub rule: Rule,
    /// What a user would have noticed: the rule's, unless [`costing`] says otherwise.
    pub cost: String,
    pub deadline: Instant,
    pub servers: Vec<ServerId>,
}

thread_local! {
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

pub(crate) fn current() -> Option<Current> {
    CURRENT.with_borrow(Clone::clone)
}

pub(crate) fn deadline() -> Option<Instant> {
    CURRENT.with_borrow(|current| current.as_ref().map(|current| current.deadline))
}

/// A failure of this test will say whether this server panicked.
pub(crate) fn has_server(id: ServerId) {
    CURRENT.with_borrow_mut(|current| {
        if let Some(current) = current {
            current.servers.push(id);
        }
    });
}

/// Runs a part of a test in which a failure has a cost of its own, not the rule's.
pub fn costing<T>(cost: impl Into<String>, part: impl FnOnce() -> T) -> T {
    let swap = |cost| {
        CURRENT.with_borrow_mut(|current| {
            current.as_mut().map(|current| std::mem::replace(&mut current.cost, cost))
        })
    };
    let before = swap(cost.into());
    // When this fails, the message is still to be made, so the cost stays.
    let value = part();
    before.and_then(swap);
    value
}

/// Runs a part of a test that another rule is about: a failure inside opens with that rule, names its
/// place and has its cost.
pub fn under<T>(rule: Rule, part: impl FnOnce() -> T) -> T {
    let swap = |rule| {
        CURRENT.with_borrow_mut(|current| {
            current.as_mut().map(|current| std::mem::replace(&mut current.rule, rule))
        })
    };
    let before = swap(rule);
    // When this fails, the message is still to be made, so the rule stays.
    let value = costing(rule.cost, part);
    before.and_then(swap);
    value
}

impl Lab {
    /// Runs a test's body under its rule: failures inside open with the rule, the body ends in
    /// bounded time even when the code under test doesn't, and a panic in the learner's code is
    /// told as such.
    #[track_caller]
    pub fn check(&self, rule: Rule, body: impl FnOnce() + Send + 'static) {
        if let Err(text) = self.verdict(rule, body) {
            eprintln!("\n{text}");
            // Not `panic!`: neither a panic's header nor a backtrace should bury the message.
            panic::resume_unwind(Box::new(Raised(text)));
        }
    }

    /// [`check`](Lab::check) that hands the message back: for testing tests.
    ///
    /// # Errors
    /// The message of the failure.
    #[track_caller]
    pub fn verdict(&self, rule: Rule, body: impl FnOnce() + Send + 'static) -> Result<(), String> {
        self.verdict_within(in_all() + at_once(), rule, body)
    }

    #[track_caller]
    fn verdict_within(
        &self,
        patience: Duration,
        rule: Rule,
        body: impl FnOnce() + Send + 'static,
    ) -> Result<(), String> {
        let place = Location::caller();
        let current = Current {
            lab: *self,
            step: rule.step,
            rule,
            cost: rule.cost.to_owned(),
            deadline: Instant::now() + in_all(),
            servers: Vec::new(),
        };
        let outside = current.clone();
        let (report, verdict) = mpsc::channel();
        // On its own thread, so that an endless loop in the learner's code can be told from a
        // slow one. libtest's capture of output is inherited.
        let name = thread::current().name().unwrap_or("test").to_owned();
        let spawned = thread::Builder::new().name(name).spawn(move || {
            CURRENT.set(Some(current));
            panics::keep_here();
            let result = panic::catch_unwind(AssertUnwindSafe(body));
            let _ = report.send(result.map_err(message_of));
        });
        spawned.expect("a thread for the test's body");
        verdict.recv_timeout(patience).unwrap_or_else(|_| {
            CURRENT.set(Some(outside));
            let waited = seconds(patience);
            let failure = Failure::new(format!("the code under test did not return in {waited}"))
                .expected("an end: is there a loop that makes no progress?");
            let text = failure.text(Some(place));
            CURRENT.set(None);
            Err(text)
        })
    }
}

fn message_of(payload: Box<dyn Any + Send>) -> String {
    match payload.downcast::<Raised>() {
        Ok(raised) => raised.0,
        Err(_) => Failure::of_panic(panics::take()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Lab, Rule, under};
    use crate::expect;
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn a_part_under_another_rule_is_told_by_that_rule() {
        let lab = Lab { number: "00", chapter: "short polling" };
        let [outer, inner] = [(4, "log.rs, `since`"), (2, "server.rs, `found`")]
            .map(|(step, place)| Rule { step, place, text: "it is so", source: "", cost: place });
        let fail = || expect(false, "it is", "it isn't");
        let inside = lab.verdict(outer, move || under(inner, fail)).unwrap_err();
        assert!(inside.starts_with("step 2 · push"), "{inside}");
        assert_eq!(inside.matches(inner.place).count(), 2, "{inside}");
        let after = lab
            .verdict(outer, move || {
                under(inner, || {});
                fail();
            })
            .unwrap_err();
        assert!(after.starts_with("step 4 · resume"), "{after}");
        assert_eq!(after.matches(outer.place).count(), 2, "{after}");
    }

    #[test]
    fn a_body_that_does_not_return_is_told() {
        let lab = Lab { number: "03", chapter: "SSE" };
        let rule = Rule {
            step: 1,
            place: "wire.rs, `Parser::push`",
            text: "an unfinished event waits for more bytes",
            source: "HTML Living Standard §9.2.6",
            cost: "The page freezes.",
        };
        let (end, never) = mpsc::channel::<()>();
        let verdict = lab.verdict_within(Duration::from_millis(100), rule, move || {
            let _ = never.recv();
        });
        drop(end);
        // The place's line is this file's own.
        let (message, _) = verdict.as_ref().unwrap_err().rsplit_once(':').unwrap();
        insta::with_settings!({snapshot_path => "../tests/harness/snapshots"}, {
            insta::assert_snapshot!(message);
        });
    }
}
