//! Runs every benchmark and writes `docs/src/benchmarks.md` with its pictures.
//!
//! `report [--quick] [<part>...]`

#![forbid(unsafe_code)]

mod chart;
mod criterion;
mod page;
mod servers;
mod validation;

use std::path::PathBuf;

use load::Result;
use page::Page;

/// The options of a run.
pub(crate) struct Run {
    /// One round of everything, as a smoke test: the figures mean nothing.
    pub(crate) quick: bool,
    /// Where the page and its pictures are written.
    pub(crate) folder: PathBuf,
}

/// Measures a part, draws its pictures, and returns its text.
type Part = fn(&Run) -> Result<String>;

const PARTS: [(&str, Part); 6] = [
    ("validation", validation::contenders),
    ("refusals", validation::refusals),
    ("frameworks", servers::frameworks),
    ("peers", servers::peers),
    ("scaling", validation::scaling),
    ("instructions", validation::instructions),
];

fn main() -> Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let all = arguments.len();
    arguments.retain(|argument| argument != "--quick");
    let quick = arguments.len() < all;
    let names = PARTS.map(|(name, _)| name);
    if let Some(unknown) = arguments.iter().find(|argument| !names.contains(&argument.as_str())) {
        return Err(format!("no part {unknown}; usage: report [--quick] [{}]...", names.join("|")).into());
    }
    let folder = load::root().join(if quick { "target/report" } else { "../docs/src" });
    let run = Run { quick, folder };
    let mut page = Page::open(&run.folder)?;
    for (name, part) in PARTS {
        if arguments.is_empty() || arguments.iter().any(|argument| argument == name) {
            eprintln!("\n== {name}");
            page.replace(name, &part(&run)?);
            // After each part, so that a later failure loses nothing.
            page.write(&names)?;
        }
    }
    Ok(())
}
