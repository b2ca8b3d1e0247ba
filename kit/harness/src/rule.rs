//! What a test is about: its lab, its rule, and what belongs to it while it runs.

use crate::panics::ServerId;
use crate::target::Judged;
use std::cell::RefCell;
use std::mem::replace;
use std::sync::{Arc, Mutex};
use std::time::Instant;

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
    /// Where the learner writes it: "wire.rs, `encode`".
    pub place: &'static str,
    /// The rule in one sentence.
    pub text: &'static str,
    /// Who says so: "HTML Living Standard §9.2.6".
    pub source: &'static str,
    /// What a user would have noticed.
    pub cost: &'static str,
}

/// The rule that this thread is testing, and what belongs to the test.
#[derive(Clone)]
pub(crate) struct Current {
    pub lab: Lab,
    /// The step that the test belongs to.
    pub of_test: u8,
    /// The step whose rule this is: the test's, or another's for a while: see [`under`].
    pub step: u8,
    pub rule: Rule,
    /// What a user would have noticed: the rule's, unless [`costing`] says otherwise.
    pub cost: String,
    pub deadline: Instant,
    pub servers: Vec<ServerId>,
    /// Its child processes, for when it doesn't return.
    pub children: Arc<Mutex<Vec<u32>>>,
    /// Which server it judges.
    pub judges: Judged,
    /// Whether it is a test of a server at all, and whether it has had one.
    pub of_a_server: bool,
    pub had_a_server: bool,
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

/// A failure of this thread's test will say whether this server panicked.
pub fn has_server(id: ServerId) {
    CURRENT.with_borrow_mut(|current| {
        if let Some(current) = current {
            current.servers.push(id);
        }
    });
}

/// A fixture says so when it hands a test its server. Fails a test that [`Lab::check`] runs: it wouldn't
/// be run where another server is judged.
pub fn uses_a_server() {
    CURRENT.with_borrow_mut(|current| {
        if let Some(current) = current {
            assert!(current.of_a_server, "a test of a server is run by `check_server`");
            current.had_a_server = true;
        }
    });
}

/// From now on this thread runs that test, or none.
pub(crate) fn set_current(current: Option<Current>) {
    CURRENT.set(current);
}

/// Runs a part of a test in which a failure has a cost of its own, not the rule's.
pub fn costing<T>(cost: impl Into<String>, part: impl FnOnce() -> T) -> T {
    let swap = |cost| {
        CURRENT.with_borrow_mut(|current| {
            current.as_mut().map(|current| replace(&mut current.cost, cost))
        })
    };
    let before = swap(cost.into());
    // When this fails, the message is still to be made, so the cost stays.
    let value = part();
    before.and_then(swap);
    value
}

/// Runs a part of a test that another rule is about, which may be another step's: a failure inside
/// opens with that rule and its step, names its place and has its cost.
pub fn under<T>(step: u8, rule: Rule, part: impl FnOnce() -> T) -> T {
    let swap = |(step, rule)| {
        CURRENT.with_borrow_mut(|current| {
            let current = current.as_mut()?;
            Some((replace(&mut current.step, step), replace(&mut current.rule, rule)))
        })
    };
    let before = swap((step, rule));
    // When this fails, the message is still to be made, so the rule stays.
    let value = costing(rule.cost, part);
    before.and_then(swap);
    value
}
