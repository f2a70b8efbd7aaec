//! `axioms`, a program for operators of an API that Axioms guards.
//!
//! `axioms doctor` reports what is wrong with the configuration, the issuer or a token, and why a
//! token gets a 403:
//!
//! ```sh
//! cargo install axioms-cli
//! AXIOMS_ISS_URL=https://issuer.example.com AXIOMS_AUDIENCE=https://api.example.com axioms doctor < token.txt
//! ```
//!
//! It finds the issuer's keys and checks the token with the same code as the server, through
//! `ValidatorBuilder::diagnose` of `axioms-core`. The README of the crate explains its output, its
//! exit codes and the fields of `--json`.

#![forbid(unsafe_code)]

mod arguments;
mod human;
mod json;
mod policy;
mod token;

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use axioms_core::ValidatorBuilder;

use self::arguments::{Command, Doctor};
use self::human::Human;

/// A check fails.
const UNWELL: u8 = 1;
/// The command line or the configuration is wrong.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    match arguments::read(lexopt::Parser::from_env()) {
        Ok(Command::Doctor(options)) => doctor(options),
        Ok(Command::Print(text)) => {
            print(text);
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain(format_args!("{error}; see axioms --help"));
            ExitCode::from(UNUSABLE)
        }
    }
}

fn doctor(Doctor { json, policy }: Doctor) -> ExitCode {
    let token = match token::from_stdin() {
        Ok(token) => token,
        Err(error) => {
            complain(format_args!("the token cannot be read from stdin: {error}"));
            return ExitCode::from(UNUSABLE);
        }
    };
    let validator = ValidatorBuilder::from_env();
    let diagnosis = match (&token, &policy) {
        (Some(token), Some((method, policy))) => validator.diagnose_for(token, method, policy),
        (None, Some(_)) => {
            complain(format_args!("--policy needs a token on stdin; see axioms doctor --help"));
            return ExitCode::from(UNUSABLE);
        }
        (token, None) => validator.diagnose(token.as_deref()),
    };
    match diagnosis {
        Ok(diagnosis) => {
            print(&if json { json::of(&diagnosis) } else { Human(&diagnosis).to_string() });
            if diagnosis.ok { ExitCode::SUCCESS } else { ExitCode::from(UNWELL) }
        }
        Err(error) => {
            if json {
                print(&json::of_problems(&error));
            } else {
                complain(format_args!("{error}"));
            }
            ExitCode::from(UNUSABLE)
        }
    }
}

/// Prints to stdout, and does not panic if the reader has closed the pipe, as `head` does.
fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    drop(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()));
}

/// Prints an error to stderr. Like [`print()`], it does not panic.
fn complain(error: fmt::Arguments<'_>) {
    drop(writeln!(io::stderr(), "axioms: {error}"));
}
