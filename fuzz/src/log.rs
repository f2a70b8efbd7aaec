//! A subscriber that records every event and span, to check what is logged about hostile input.

use std::cell::RefCell;
use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    static LOGGED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Everything that `run` logs, one field per line.
pub fn watch_log<T>(run: impl FnOnce() -> T) -> (T, String) {
    LOGGED.with_borrow_mut(String::clear);
    let outcome = tracing::subscriber::with_default(Everything, run);
    (outcome, LOGGED.take())
}

struct Everything;

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Fields);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Fields);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Fields;

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        assert!(!text.contains(char::is_control), "{field} steers a terminal: {text:?}");
        LOGGED.with_borrow_mut(|logged| writeln!(logged, "{field}={text}")).expect("a string takes all");
    }
}
