//! The chores of this repository.
#![forbid(unsafe_code)]

mod interop;

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("interop") {
        return interop::run();
    }
    eprintln!("usage: cargo xtask interop");
    ExitCode::from(2)
}
