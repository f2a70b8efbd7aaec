//! Code of others that the threads of this module call: a clock, a subscriber, a recorder, a waker.
//!
//! It may panic, which must not end a thread. It may ask for keys, which must not make a thread wait for itself.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
}

/// Marks the current thread as one that others wait for.
pub(super) fn mark_thread() {
    IS_OURS.set(true);
}

/// Whether the current thread is one that others wait for, so that it must not wait for keys.
pub(super) fn is_our_thread() -> bool {
    IS_OURS.get()
}

/// Calls `code`; `None` if it panics.
pub(super) fn guard<T>(code: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(code)) {
        Ok(value) => Some(value),
        Err(payload) => {
            // The payload is foreign too: its destructor may panic in turn.
            if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
                std::mem::forget(again);
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::panic_any;

    use super::*;

    /// Panics when it is dropped, also when it is the payload of a panic.
    struct Grenade;

    impl Drop for Grenade {
        fn drop(&mut self) {
            panic_any(7);
        }
    }

    #[test]
    fn no_panic_passes_not_even_that_of_a_payload() {
        assert_eq!(guard(|| 1), Some(1));
        assert_eq!(guard(|| panic_any("text")), None::<()>);
        assert_eq!(guard(|| panic_any(Grenade)), None::<()>);
    }
}
