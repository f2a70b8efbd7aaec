//! Says on stderr what an operator must hear, where no `tracing` subscriber takes the event: each
//! text once in the life of the process.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::text;

/// More texts than a process has reason to say; what comes after them is not said.
const MOST: usize = 100;

static SILENT: AtomicBool = AtomicBool::new(false);
static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Says no more, for the rest of the process: stderr is one for all its validators.
pub(crate) fn silence() {
    SILENT.store(true, Ordering::Relaxed);
}

/// Says what the caller has logged as a warning.
pub(crate) fn warning(text: fmt::Arguments<'_>) {
    if !tracing::event_enabled!(target: "axioms", tracing::Level::WARN) {
        say(text);
    }
}

/// Says what the caller has logged as an error.
pub(crate) fn error(text: fmt::Arguments<'_>) {
    if !tracing::event_enabled!(target: "axioms", tracing::Level::ERROR) {
        say(text);
    }
}

fn say(message: fmt::Arguments<'_>) {
    if SILENT.load(Ordering::Relaxed) {
        return;
    }
    // Whatever an issuer or a variable holds, it stays on its line and moves no cursor.
    let line = format!("axioms: {}\n", text::visible(&message.to_string()));
    let new = {
        let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
        said.len() < MOST && said.insert(line.clone())
    };
    if new {
        // Not `eprintln!`, which panics where nobody reads it, as under a supervisor that has gone
        // away.
        drop(std::io::stderr().write_all(line.as_bytes()));
    }
}
