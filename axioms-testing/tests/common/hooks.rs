//! Runs a test's code whenever the validator of one issuer logs or counts.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use axioms_testing::TestIssuer;

type Hook = Arc<dyn Fn(&str) + Send + Sync>;

static HOOKS: Mutex<Vec<(String, Hook)>> = Mutex::new(Vec::new());

/// Removes the hook on drop, because the next issuer may get the same port.
pub(crate) struct Hooked(String);

/// Calls `hook` with the name of each event, span and counter of this issuer.
#[must_use = "the hook lives as long as this"]
pub(crate) fn on(issuer: &TestIssuer, hook: impl Fn(&str) + Send + Sync + 'static) -> Hooked {
    super::log::capture();
    hooks().push((issuer.url().to_owned(), Arc::new(hook)));
    Hooked(issuer.url().to_owned())
}

/// Calls the hook of this issuer, outside the lock: it may panic, hang, or log.
pub(crate) fn call(issuer: &str, name: &str) {
    let hook = hooks().iter().find(|(of, _)| of == issuer).map(|(_, hook)| hook.clone());
    if let Some(hook) = hook {
        hook(name);
    }
}

impl Drop for Hooked {
    fn drop(&mut self) {
        let removed: Vec<_> = hooks().extract_if(.., |(of, _)| *of == self.0).collect();
        // A hook holds a validator. Dropping it could hang a test that has failed already.
        if thread::panicking() {
            std::mem::forget(removed);
        }
    }
}

fn hooks() -> MutexGuard<'static, Vec<(String, Hook)>> {
    HOOKS.lock().unwrap_or_else(PoisonError::into_inner)
}
