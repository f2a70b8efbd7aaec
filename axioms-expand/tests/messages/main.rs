//! Every message of the macros, and the code that it underlines.
//!
//! The files next to this one contain blocks of code. The messages of a line follow it, each under
//! the code that it refers to. Add a block without messages, run `BLESS=1 cargo test -p
//! axioms-expand --test messages`, and read what was added: a message must point at the code that
//! it is about, and say what to write instead.
//!
//! Mistakes that only the compiler can refuse are in `axioms-macros/tests/it/ui`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a broken test should stop where it broke")]

mod block;

use std::path::Path;
use std::{env, fs};

use block::Block;

/// Runs every block of a file, and compares the messages with those in the file.
fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages").join(name);
    let expected = fs::read_to_string(&path).unwrap();
    let blocks = expected.trim_end().split("\n\n");
    let pairs: Vec<_> = blocks.map(|expected| (expected, Block::new(expected).annotated())).collect();
    if env::var_os("BLESS").is_some() {
        let found: Vec<_> = pairs.iter().map(|(_, found)| found.as_str()).collect();
        return fs::write(path, found.join("\n\n") + "\n").unwrap();
    }
    let changed: Vec<_> = pairs
        .iter()
        .filter(|(expected, found)| expected != found)
        .map(|(expected, found)| format!("expected:\n{expected}\nfound:\n{found}"))
        .collect();
    assert!(changed.is_empty(), "{name}:\n{}", changed.join("\n\n"));
}

macro_rules! files {
    ($($name:ident),*) => {
        $(#[test]
        fn $name() {
            check(concat!(stringify!($name), ".txt"));
        })*
    };
}

files!(keys, values, groups, methods, policies, items, functions, owners);
