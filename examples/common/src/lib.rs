//! What the example servers share: one small API, the same on every framework.
//!
//! Each server is a package of its own, with its routes and guards in its framework's style. Read
//! that first.
//!
//! - The data: [`messages`], [`articles`] and [`books`]. [`body`] reads JSON; [`failure`] is the
//!   answer to a request that fails.
//! - The start: [`setup`] decides whose tokens are accepted, [`address`] where the server listens,
//!   and [`greeting`] prints both.
//! - The description: [`callers`] and their tokens, and [`reference`](mod@reference), every request
//!   with its answer.
//! - The tests: [`servers`] starts a program, and [`checks`] compares it with the description.

#![forbid(unsafe_code)]

pub mod address;
pub mod articles;
pub mod body;
pub mod books;
pub mod callers;
pub mod checks;
pub mod failure;
pub mod greeting;
pub mod messages;
pub mod reference;
pub mod servers;
pub mod setup;
mod store;

use std::error::Error;
use std::process::ExitCode;

/// Runs a server until it ends. An error is printed in one line, with exit code 1.
#[must_use]
pub fn run(serve: impl FnOnce() -> Result<(), Box<dyn Error>>) -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
