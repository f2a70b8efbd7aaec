//! `cargo xtask bench`: what validation costs, beside the bare signature and beside other crates, as
//! `docs/src/benchmarks.md` and its charts.

mod aims;
mod chart;
mod footprint;
mod http;
mod in_process;
mod machine;
mod peers;
mod profile;
mod refusals;
mod report;
mod scaling;
mod spread;
mod worker;

use std::error::Error;

use crate::cargo;
use report::{Document, Section};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How thoroughly to measure.
pub(crate) struct Options {
    /// A few rounds of everything, to see that it works; the numbers are no good.
    pub(crate) quick: bool,
    /// Time clean builds of the peers as well, which takes long.
    pub(crate) build_times: bool,
}

struct Part {
    name: &'static str,
    run: fn(&Options) -> Result<Vec<Section>>,
}

const PARTS: &[Part] = &[
    Part { name: "in-process", run: in_process::run },
    Part { name: "http", run: http::run },
    Part { name: "footprint", run: footprint::run },
    Part { name: "scaling", run: scaling::run },
    Part { name: "profile", run: profile::run },
];

/// Measures every part, or the one that `--only` names, and writes the report: to `docs`, or with `--quick` to `target`.
///
/// # Errors
/// When an option is not known, or a part fails.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (options, parts) = parse(arguments)?;
    let folder = if options.quick { "target/bench" } else { "docs/src" };
    let mut document = Document::open(&cargo::root().join(folder))?;
    for part in parts {
        eprintln!("\n== {}", part.name);
        let sections = (part.run)(&options).map_err(|error| format!("{}: {error}", part.name))?;
        if !sections.is_empty() {
            document.replace(part.name, &sections)?;
            // At once, so that what was measured outlives the failure of a later part.
            document.write(PARTS.iter().map(|part| part.name), &machine::describe())?;
        }
    }
    Ok(())
}

fn parse(arguments: &[&str]) -> Result<(Options, Vec<&'static Part>)> {
    let mut options = Options { quick: false, build_times: false };
    let mut only = None;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match *argument {
            "--quick" => options.quick = true,
            "--build-times" => options.build_times = true,
            "--only" => only = Some(*arguments.next().ok_or("--only needs the name of a part")?),
            other => {
                return Err(format!(
                    "there is no option {other}; there are --quick, --build-times and --only <part>"
                )
                .into());
            }
        }
    }
    let parts: Vec<_> = PARTS.iter().filter(|part| only.is_none_or(|only| only == part.name)).collect();
    if parts.is_empty() {
        let names: Vec<_> = PARTS.iter().map(|part| part.name).collect();
        return Err(format!("there is no such part; there are {}", names.join(", ")).into());
    }
    Ok((options, parts))
}
