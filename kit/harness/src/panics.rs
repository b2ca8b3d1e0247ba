//! Panics, kept instead of printed where a failure message will tell of them.
//!
//! A hook is installed once. A panic on a server's threads is filed under that server, and one in a
//! test's body under that thread; every other panic goes to the hook that was there before.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError};

/// What a panic said, and where.
#[derive(Clone, Debug)]
pub(crate) struct Panic {
    pub message: String,
    /// `src/wire.rs:42`; nothing when it is in a library.
    pub place: Option<String>,
    /// What was called, if the test has said so by [`calling`].
    pub call: Option<String>,
    /// What a user would have noticed, if the test has said so by [`calling_at_the_cost`].
    pub cost: Option<&'static str>,
}

impl Panic {
    /// The step whose stand-in this is, and what is to be written there.
    pub fn unwritten(&self) -> Option<(u8, &str)> {
        let text = self.message.strip_prefix("not yet implemented: ").unwrap_or(&self.message);
        let (step, what) = text.strip_prefix("step ")?.split_once(": ")?;
        Some((step.parse().ok()?, what))
    }
}

/// A server in this process, by a number that each of its threads knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerId(pub usize);

impl ServerId {
    /// What the first panic on one of the server's threads said.
    pub fn panicked(self) -> Option<String> {
        self.panic().map(|panic| panic.message)
    }

    /// The first panic on any thread of this server.
    pub(crate) fn panic(self) -> Option<Panic> {
        servers().iter().find(|(id, _)| *id == self).map(|(_, panic)| panic.clone())
    }
}

/// Says how to tell whose server a thread is. From then on a server's panics are filed under it, and
/// told by the test that [has](crate::has_server) it.
pub fn file_panics_of_servers(whose: fn() -> Option<ServerId>) {
    install();
    // A second call says the same: there is one kind of server in a test's process.
    let _ = WHOSE.set(whose);
}

static WHOSE: OnceLock<fn() -> Option<ServerId>> = OnceLock::new();

static SERVERS: Mutex<Vec<(ServerId, Panic)>> = Mutex::new(Vec::new());

thread_local! {
    static HERE: RefCell<Here> = const { RefCell::new(Here { kept: false, panic: None }) };
}

struct Here {
    kept: bool,
    panic: Option<Panic>,
}

fn servers() -> MutexGuard<'static, Vec<(ServerId, Panic)>> {
    SERVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on this thread's panics are kept for [`take`].
pub(crate) fn keep_here() {
    install();
    HERE.with_borrow_mut(|here| here.kept = true);
}

/// The panic that this thread kept last.
pub(crate) fn take() -> Option<Panic> {
    HERE.with_borrow_mut(|here| here.panic.take())
}

/// Calls the code under test. `what` completes the sentence "… panicked": "after 32 failures
/// `on_end`".
pub fn calling<T>(what: &str, call: impl FnOnce() -> T) -> T {
    watched(what, None, call)
}

/// [`calling`], where a user would have noticed this of a panic.
pub fn calling_at_the_cost<T>(what: &str, cost: &'static str, call: impl FnOnce() -> T) -> T {
    watched(what, Some(cost), call)
}

fn watched<T>(what: &str, cost: Option<&'static str>, call: impl FnOnce() -> T) -> T {
    panic::catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|payload| {
        HERE.with_borrow_mut(|here| {
            if let Some(panic) = &mut here.panic {
                panic.call = Some(what.to_owned());
                panic.cost = cost;
            }
        });
        panic::resume_unwind(payload)
    })
}

fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !keep(info) {
                before(info);
            }
        }));
    });
}

fn keep(info: &PanicHookInfo<'_>) -> bool {
    let panic = Panic {
        message: info.payload_as_str().unwrap_or("(no message)").to_owned(),
        place: info
            .location()
            .filter(|place| !Path::new(place.file()).has_root())
            .map(|place| format!("{}:{}", short(place.file()), place.line())),
        call: None,
        cost: None,
    };
    if let Some(server) = WHOSE.get().and_then(|whose| whose()) {
        servers().push((server, panic));
        return true;
    }
    HERE.with_borrow_mut(|here| {
        if here.kept {
            here.panic = Some(panic);
        }
        here.kept
    })
}

/// A source file as the reader knows it: `tests/lab_42/mod.rs`, not
/// `labs/lab-42/src/../../../tests/lab_42/mod.rs`.
pub(crate) fn short(file: &str) -> &str {
    file.rsplit("../").next().unwrap_or(file)
}
