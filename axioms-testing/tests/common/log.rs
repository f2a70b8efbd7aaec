//! Keeps every `tracing` event of the process, including those of the threads that fetch keys.
//! Stops the process at an event that contains a token.

use std::fmt::{Debug, Write as _};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::hooks;

/// One event: its name, its level, and all its fields as text.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) level: Level,
    pub(crate) text: String,
}

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

/// Starts to keep events. Several tests may call this.
pub(crate) fn capture() {
    static INSTALLED: LazyLock<()> = LazyLock::new(|| {
        tracing::subscriber::set_global_default(Keep).expect("the process has no other subscriber");
    });
    *INSTALLED;
}

/// The events so far that contain `text`. Tests run in parallel, so search for text of your own.
pub(crate) fn lines_with(text: &str) -> Vec<Line> {
    kept().iter().filter(|line| line.text.contains(text)).cloned().collect()
}

/// Whether the event contains something like a segment of a token: an encoded JSON object, or
/// base64url that is longer than a shortened key id.
pub(crate) fn tells_a_token(text: &str) -> bool {
    let base64url = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    text.contains("Bearer ey")
        || text
            .split(|c| !base64url(c))
            .any(|run| run.len() >= 80 || (run.len() >= 20 && run.starts_with("eyJ")))
}

fn kept() -> MutexGuard<'static, Vec<Line>> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The field `issuer` of an event or a span.
struct Issuer(String);

impl Visit for Issuer {
    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "issuer" {
            value.clone_into(&mut self.0);
        }
    }
}

fn call_hook(name: &str, record: impl FnOnce(&mut Issuer)) {
    let mut issuer = Issuer(String::new());
    record(&mut issuer);
    hooks::call(&issuer.0, name);
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
        let Fields(text) = fields;
        if tells_a_token(&text) {
            // A panic would not do: the thread that fetches keys survives it.
            eprintln!("the event {} contains a token: {text}", event.metadata().name());
            std::process::exit(1);
        }
        kept().push(Line { name: event.metadata().name(), level: *event.metadata().level(), text });
        call_hook(event.metadata().name(), |issuer| event.record(issuer));
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        call_hook(span.metadata().name(), |issuer| span.record(issuer));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
