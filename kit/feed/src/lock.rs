//! A lock that a panic doesn't spoil.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the locks here protect is whole after every line, so a panic elsewhere spoils nothing.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
