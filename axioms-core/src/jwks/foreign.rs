//! Guards against foreign code that the threads of this module call: a clock, a subscriber, a
//! recorder, a waker.
//!
//! A panic in it must not end a thread. If it asks for keys, the thread must not wait for itself.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
}

/// Marks the current thread as one that fetches keys.
pub(super) fn mark_thread() {
    IS_OURS.set(true);
}

/// Whether the current thread fetches keys, and so must not wait for them.
pub(super) fn is_our_thread() -> bool {
    IS_OURS.get()
}

/// Calls `code`; `None` if it panics.
pub(super) fn catch_panic<T>(code: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(code)) {
        Ok(value) => Some(value),
        Err(payload) => {
            // The payload is foreign too: its destructor may panic.
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

    /// Panics when it is dropped, even as the payload of a panic.
    struct Grenade;

    impl Drop for Grenade {
        fn drop(&mut self) {
            panic_any(7);
        }
    }

    #[test]
    fn every_panic_is_caught_even_that_of_a_payload() {
        assert_eq!(catch_panic(|| 1), Some(1));
        assert_eq!(catch_panic(|| panic_any("text")), None::<()>);
        assert_eq!(catch_panic(|| panic_any(Grenade)), None::<()>);
    }
}
