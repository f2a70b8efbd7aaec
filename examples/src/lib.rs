//! One small API, the same on every framework.
//!
//! Each program in `src/bin` holds the routes and their guards, in the words of its framework, and nothing else: look
//! there first. What they share is here.
//!
//! - The domain: [`messages`], [`articles`], which belong to who wrote them, and [`books`]; [`body`] reads JSON, and
//!   [`failure`] is every answer to a request that cannot be served.
//! - The start: [`setup`] decides whose tokens count, [`address`] where to listen, and [`greeting`] says both.
//! - The description: [`callers`] and their tokens, [`reference`](mod@reference), which has every request
//!   with its answer, and [`servers`], which starts the programs to compare them with it.

#![cfg(feature = "api")]
#![forbid(unsafe_code)]

pub mod address;
pub mod articles;
pub mod body;
pub mod books;
pub mod callers;
pub mod failure;
pub mod greeting;
pub mod messages;
pub mod reference;
pub mod servers;
pub mod setup;
mod store;

use std::error::Error;
use std::process::ExitCode;

/// Runs a server until it ends; an error is told in one line, and is exit code 1.
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
