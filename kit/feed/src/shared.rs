//! What all handles to a feed share, under one lock.

use crate::event::End;
use crate::lock::lock;
use crate::log::Log;
use crate::sleepers::Sleepers;
use std::convert::Infallible;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::task::Waker;

pub(crate) struct Shared {
    state: Mutex<State>,
}

pub(crate) struct State {
    pub log: Log,
    pub ended: Option<End>,
    pub subscribers: usize,
    pub sleepers: Sleepers,
}

impl Shared {
    pub fn new(capacity: NonZeroUsize) -> Shared {
        let state = State {
            log: Log::new(capacity),
            ended: None,
            subscribers: 0,
            sleepers: Sleepers::default(),
        };
        Shared { state: Mutex::new(state) }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Changes something, and wakes who waits for a change.
    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let Ok(result) = self.try_change(|state| Ok::<T, Infallible>(change(state)));
        result
    }

    /// Tries to change something. An error has changed nothing, so nobody is woken.
    ///
    /// Wakes outside the lock: a waker may run code that asks for it again.
    pub fn try_change<T, E>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, E>,
    ) -> Result<T, E> {
        let (result, wake): (T, Vec<Waker>) = {
            let mut state = self.state();
            let result = change(&mut state)?;
            (result, state.sleepers.changed())
        };
        wake.into_iter().for_each(Waker::wake);
        Ok(result)
    }

    /// Never waits for the lock: who prints may hold it.
    pub fn debug(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct(name);
        let state = match self.state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return output.finish_non_exhaustive(),
        };
        output
            .field("newest", &format_args!("{}", state.log.end()))
            .field("oldest", &state.log.oldest())
            .field("subscribers", &state.subscribers)
            .field("ended", &state.ended)
            .finish()
    }
}
