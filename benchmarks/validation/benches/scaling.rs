//! How time and memory grow: `scaling threads <rounds>`, `scaling tokens <number> <draws>` or `scaling keys <number>
//! <rounds>` prints JSON. Tokens and keys are measured in a process for each number, so that no memory of another one
//! is counted.

use std::fs;

use axioms_core::{Algorithm, Validator, ValidatorBuilder};
use axioms_testing::{AUDIENCE, TestIssuer};

mod keys;
mod threads;
mod tokens;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let report = match arguments.as_slice() {
        ["threads", rounds] => threads::measure(rounds.parse()?)?,
        ["tokens", number, draws] => tokens::measure(number.parse()?, draws.parse()?)?,
        ["keys", number, rounds] => keys::measure(number.parse()?, rounds.parse()?)?,
        _ => {
            eprintln!("usage: scaling <threads|tokens|keys> ...");
            return Ok(());
        }
    };
    println!("{report}");
    Ok(())
}

fn issuer(algorithm: Algorithm) -> TestIssuer {
    TestIssuer::builder().algorithms([algorithm]).start()
}

fn validator(issuer: &TestIssuer) -> ValidatorBuilder {
    Validator::builder().audience(AUDIENCE).issuer(issuer.url()).jwks_url(issuer.jwks_url())
}

/// The memory of this process that is in RAM, in bytes; `None` where `/proc` does not tell.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
