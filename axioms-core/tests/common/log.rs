//! Keeps every `tracing` event of the process, those of the threads that fetch keys included.

use std::fmt::{Debug, Write as _};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// One event: its level, and all its fields as text.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) level: Level,
    pub(crate) text: String,
}

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

/// Starts to keep events; any number of tests may ask for it.
pub(crate) fn capture() {
    static INSTALLED: LazyLock<()> = LazyLock::new(|| {
        tracing::subscriber::set_global_default(Keep).expect("nobody else of this process logs");
    });
    *INSTALLED
}

/// The events kept so far that contain `text`. Tests run side by side, so look for something of your own.
pub(crate) fn lines_with(text: &str) -> Vec<Line> {
    kept().iter().filter(|line| line.text.contains(text)).cloned().collect()
}

fn kept() -> MutexGuard<'static, Vec<Line>> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Keep;

impl Subscriber for Keep {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("axioms")
    }

    fn event(&self, event: &Event<'_>) {
        struct Fields(String);

        impl Visit for Fields {
            fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
                write!(self.0, "{field}={value:?} ").expect("a String takes any text");
            }

            fn record_str(&mut self, field: &Field, value: &str) {
                write!(self.0, "{field}={value} ").expect("a String takes any text");
            }
        }

        let mut fields = Fields(String::new());
        event.record(&mut fields);
        kept().push(Line { level: *event.metadata().level(), text: fields.0 });
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
