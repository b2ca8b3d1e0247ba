//! The run of a test's body under its rule; and its end where it can't judge.

use crate::child;
use crate::failure::{Failure, Raised};
use crate::panics;
use crate::rule::{Current, Lab, Rule, current, set_current};
use crate::target::Judged;
use crate::wait::{at_once, in_all, seconds};
use std::any::{Any, type_name};
use std::panic::{self, AssertUnwindSafe, Location};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

impl Lab {
    /// Runs the body of a test that needs no server, under its rule: failures inside open with the
    /// rule, the body ends in bounded time even when the code under test doesn't, and a panic in the
    /// learner's code is told as such. Where another server is judged, it is told and not run: the
    /// code isn't that server's.
    ///
    /// The test's name says its step: `step_2_pour_it_is_hot`.
    #[track_caller]
    pub fn check<F: FnOnce() + Send + 'static>(&self, rule: Rule, body: F) {
        self.check_as(step_of::<F>(), rule, body);
    }

    /// [`check`](Lab::check) where the test's name doesn't say its step.
    #[track_caller]
    pub fn check_as(&self, step: u8, rule: Rule, body: impl FnOnce() + Send + 'static) {
        if Judged::by_the_environment() == Judged::Here {
            self.end(self.verdict(step, rule, body));
        } else {
            tell("it is about a function, not about what a server says");
        }
    }

    /// [`check`](Lab::check) for a test of a server, whichever is judged.
    #[track_caller]
    pub fn check_server<F: FnOnce() + Send + 'static>(&self, rule: Rule, body: F) {
        let mut test = Test::of(*self, step_of::<F>(), rule);
        test.current.judges = Judged::by_the_environment();
        test.current.of_a_server = true;
        self.end(test.run(move || {
            body();
            let had = current().is_some_and(|current| current.had_a_server);
            assert!(had, "a test that needs no server is run by `check`");
        }));
    }

    fn end(&self, verdict: Result<(), String>) {
        if let Err(text) = verdict {
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
    pub fn verdict(
        &self,
        step: u8,
        rule: Rule,
        body: impl FnOnce() + Send + 'static,
    ) -> Result<(), String> {
        Test::of(*self, step, rule).run(body)
    }
}

/// The step in a test's name. The name of its body's type has it:
/// `lab::steps::pour::step_2_pour_it_is_hot::{{closure}}`.
///
/// # Panics
/// There is none.
fn step_of<F>() -> u8 {
    let name = type_name::<F>();
    let step = name.split("::step_").nth(1).and_then(|rest| rest.split('_').next()?.parse().ok());
    step.unwrap_or_else(|| panic!("{name} doesn't name its step, such as step_2_pour_…"))
}

/// A test that is about to run.
struct Test {
    current: Current,
    patience: Duration,
    place: &'static Location<'static>,
}

impl Test {
    #[track_caller]
    fn of(lab: Lab, step: u8, rule: Rule) -> Test {
        let current = Current {
            lab,
            of_test: step,
            step,
            rule,
            cost: rule.cost.to_owned(),
            deadline: Instant::now() + in_all(),
            servers: Vec::new(),
            children: Arc::default(),
            judges: Judged::Here,
            of_a_server: false,
            had_a_server: false,
        };
        Test { current, patience: in_all() + at_once(), place: Location::caller() }
    }

    fn run(self, body: impl FnOnce() + Send + 'static) -> Result<(), String> {
        let Test { current, patience, place } = self;
        let outside = current.clone();
        let (report, verdict) = mpsc::channel();
        // On its own thread, so that an endless loop in the learner's code can be told from a
        // slow one. libtest's capture of output is inherited.
        let name = thread::current().name().unwrap_or("test").to_owned();
        let spawned = thread::Builder::new().name(name).spawn(move || {
            set_current(Some(current));
            panics::keep_here();
            let result = panic::catch_unwind(AssertUnwindSafe(body));
            let _ = report.send(result.or_else(verdict_of));
        });
        spawned.expect("a thread for the test's body");
        verdict.recv_timeout(patience).unwrap_or_else(|_| {
            child::kill(&outside.children);
            set_current(Some(outside));
            let waited = seconds(patience);
            let failure = Failure::new(format!("the code under test did not return in {waited}"))
                .expected("an end: is there a loop that makes no progress?");
            let text = failure.text(Some(place));
            set_current(None);
            Err(text)
        })
    }
}

/// What it means that a body has unwound.
fn verdict_of(payload: Box<dyn Any + Send>) -> Result<(), String> {
    let payload = match payload.downcast::<NotJudged>() {
        Ok(not_judged) => {
            tell(&not_judged.0);
            return Ok(());
        }
        Err(payload) => payload,
    };
    match payload.downcast::<Raised>() {
        Ok(raised) => Err(raised.0),
        Err(_) => Err(Failure::of_panic(panics::take())),
    }
}

/// Says that a test couldn't judge. Before it libtest may have begun a line.
fn tell(why: &str) {
    println!("\n{NOT_JUDGED}{why}");
}

/// Carried by an unwinding test that can't judge.
struct NotJudged(String);

/// What a test's line begins with that couldn't judge; then comes why.
pub const NOT_JUDGED: &str = "not judged: ";

/// Ends the test, since this server can't be judged in what the test is about. Says so in a line of
/// its own on stdout.
///
/// # Panics
/// Always; in a test of a server in its own process with a message, since there everything can be
/// judged.
#[track_caller]
pub fn not_judged(why: impl Into<String>) -> ! {
    let why = why.into();
    match current() {
        Some(current) if current.judges != Judged::Here => {
            panic::resume_unwind(Box::new(NotJudged(why)))
        }
        _ => panic!("a server in this process can be judged in everything, but: {why}"),
    }
}

/// Ends a test, since this server can't be judged at all. `why` is all that is said.
pub fn refuse(why: String) -> ! {
    eprintln!("{why}");
    panic::resume_unwind(Box::new(Raised(why)))
}

#[cfg(test)]
mod tests {
    use super::Test;
    use crate::expect;
    use crate::{Lab, Rule, under};
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn a_part_under_another_rule_is_told_by_that_rule() {
        let lab = Lab { number: "41", chapter: "coffee" };
        let [outer, inner] = ["cup.rs, `fill`", "pot.rs, `found`"].map(|place| Rule {
            place,
            text: "it is so",
            source: "",
            cost: place,
        });
        let fail = || expect(false, "it is", "it isn't");
        let inside = lab.verdict(4, outer, move || under(2, inner, fail)).unwrap_err();
        assert!(inside.starts_with("step 2 · push"), "{inside}");
        assert_eq!(inside.matches(inner.place).count(), 2, "{inside}");
        let after = lab
            .verdict(4, outer, move || {
                under(2, inner, || {});
                fail();
            })
            .unwrap_err();
        assert!(after.starts_with("step 4 · resume"), "{after}");
        assert_eq!(after.matches(outer.place).count(), 2, "{after}");
    }

    #[test]
    fn a_body_that_does_not_return_is_told() {
        let lab = Lab { number: "42", chapter: "tea" };
        let rule = Rule {
            place: "pot.rs, `Pot::pour`",
            text: "an unfinished cup waits for more tea",
            source: "ISO 3103 §6",
            cost: "The guests wait.",
        };
        let (end, never) = mpsc::channel::<()>();
        let patience = Duration::from_millis(100);
        let verdict = Test { patience, ..Test::of(lab, 1, rule) }.run(move || {
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
