//! What the macros accept, with a fake adapter, and the compiler's errors for mistakes that the
//! macros cannot detect. The messages of the macros are in `axioms-expand/tests/messages`.

#![allow(clippy::unwrap_used, reason = "a broken test should stop where it broke")]
#![allow(
    clippy::drop_non_drop,
    clippy::items_after_statements,
    clippy::let_underscore_future,
    clippy::many_single_char_names,
    clippy::multiple_bound_locations,
    clippy::no_effect_underscore_binding,
    clippy::unused_async,
    clippy::used_underscore_binding,
    reason = "the macros must accept unusual code"
)]

// Public, so that `missing_docs` and `unreachable_pub` see what the macros generate.
pub mod by_example;
pub mod demands;
#[allow(missing_debug_implementations, unreachable_pub, clippy::pedantic, clippy::new_without_default)]
pub mod fake;
pub mod functions;
pub mod handlers;
pub mod named;
pub mod owned;

use std::io::Write as _;
use std::process::Command;

/// The release that wrote the `.stderr` files. Bless changed messages with `TRYBUILD=overwrite`,
/// and read each: it must point at the code that it is about, say what to write instead, and be the
/// only one.
const PINNED: &str = "rustc 1.95.";

#[test]
fn what_the_compiler_says() {
    let rustc = Command::new("rustc").arg("--version").output().unwrap();
    let version = String::from_utf8_lossy(&rustc.stdout);
    if version.starts_with(PINNED) {
        trybuild::TestCases::new().compile_fail("tests/it/ui/*.rs");
    } else {
        // Not with `eprintln!`, whose output a passing test does not show.
        let skipped = format!("skipped: the messages are those of {PINNED}x, and this is {version}");
        std::io::stderr().write_all(skipped.as_bytes()).unwrap();
    }
}
