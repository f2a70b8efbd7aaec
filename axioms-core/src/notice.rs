//! Writes important messages to stderr if no `tracing` subscriber records the event. Each text is
//! written once per process.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::text;

/// The limit on different texts; later ones are not written. A process normally has far fewer.
const MOST: usize = 100;

static SILENT: AtomicBool = AtomicBool::new(false);
static WRITTEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Disables the messages for the rest of the process, since all its validators share stderr.
pub(crate) fn silence() {
    SILENT.store(true, Ordering::Relaxed);
}

/// Writes a text that the caller has also logged as a warning.
pub(crate) fn warning(text: fmt::Arguments<'_>) {
    if !tracing::event_enabled!(target: "axioms", tracing::Level::WARN) {
        write_once(text);
    }
}

/// Writes a text that the caller has also logged as an error.
pub(crate) fn error(text: fmt::Arguments<'_>) {
    if !tracing::event_enabled!(target: "axioms", tracing::Level::ERROR) {
        write_once(text);
    }
}

fn write_once(message: fmt::Arguments<'_>) {
    if SILENT.load(Ordering::Relaxed) {
        return;
    }
    // Escaped, so that text of an issuer or a variable cannot add lines or control the terminal.
    let line = format!("axioms: {}\n", text::visible(&message.to_string()));
    let new = {
        let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
        written.len() < MOST && written.insert(line.clone())
    };
    if new {
        // Not `eprintln!`, which panics if stderr is closed, as when a supervisor has exited.
        drop(std::io::stderr().write_all(line.as_bytes()));
    }
}
