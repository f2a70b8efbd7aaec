//! `cargo xtask public-api`: compares the public names of each library with the list that is kept in its folder.
//!
//! cargo-public-api reads them from rustdoc's JSON. Its format belongs to a version of the compiler, so the version of
//! cargo-public-api that fits is named here.

use std::collections::HashSet;
use std::error::Error;
use std::fs;

use crate::cargo::{self, root};

/// What `cargo install cargo-public-api --locked --version` takes.
const TOOL: &str = "0.52.0";
/// The libraries, each with the features whose names are listed.
const LIBRARIES: [(&str, &str); 8] = [
    ("axioms-core", "aws-lc-rs,doctor,graviola,jwt-simple,metrics"),
    ("axioms-testing", "aws-lc-rs,graviola,jwt-simple,tls"),
    ("axioms-expand", ""),
    ("axioms-macros", ""),
    ("axioms-tower", "aws-lc-rs"),
    ("axioms-axum", "aws-lc-rs"),
    ("axioms-rocket", "aws-lc-rs"),
    ("axioms-warp", "aws-lc-rs"),
];

/// Compares every list, or writes those that differ.
///
/// # Errors
/// When a list differs and is not to be written, or the tool is missing.
pub(crate) fn run(write: bool) -> Result<(), Box<dyn Error>> {
    let mut changed = Vec::new();
    for (library, features) in LIBRARIES {
        let found = names(library, features)?;
        let list = root().join(library).join("public-api.txt");
        if fs::read_to_string(&list).is_ok_and(|kept| kept == found) {
            continue;
        }
        if write {
            fs::write(&list, found)?;
        }
        changed.push(library);
    }
    let unexplained = unexplained()?;
    if !unexplained.is_empty() {
        return Err(format!("docs/src/public-names.md gives no reason for {}", unexplained.join(", ")).into());
    }
    match (changed.is_empty(), write) {
        (true, _) => Ok(()),
        (false, true) => {
            println!("wrote public-api.txt of {}", changed.join(", "));
            Ok(())
        }
        (false, false) => Err(format!(
            "the public names of {} changed: review them, then run `cargo xtask public-api --write`",
            changed.join(", ")
        )
        .into()),
    }
}

/// The names at the root of each library that the page of reasons does not have.
fn unexplained() -> Result<Vec<String>, Box<dyn Error>> {
    let page = fs::read_to_string(root().join("docs/src/public-names.md"))?;
    let words: HashSet<&str> = page.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let mut found = Vec::new();
    for (library, _) in LIBRARIES {
        let list = fs::read_to_string(root().join(library).join("public-api.txt"))?;
        let prefix = format!("{}::", library.replace('-', "_"));
        let names = list.lines().filter_map(|line| root_name(line, &prefix));
        found.extend(names.filter(|name| !words.contains(name)).map(|name| format!("{prefix}{name}")));
    }
    Ok(found)
}

/// The name that a line of a list declares at the root of its library.
fn root_name<'l>(line: &'l str, prefix: &str) -> Option<&'l str> {
    let declared = line.trim_start_matches("#[non_exhaustive] ").trim_start_matches("pub ");
    let kinds = ["struct ", "enum ", "trait ", "macro ", "fn ", "async fn "];
    let path = kinds.iter().find_map(|kind| declared.strip_prefix(kind))?.strip_prefix(prefix)?;
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(path.len());
    let (name, rest) = path.split_at(end);
    let is_method = rest.trim_start_matches(|c| c != ':' && c != '(').starts_with("::");
    (!is_method).then_some(name)
}

fn names(library: &str, features: &str) -> Result<String, Box<dyn Error>> {
    let arguments =
        ["public-api", "--package", library, "--no-default-features", "--features", features, "-sss"];
    let mut command = cargo::command(&arguments);
    // Rustdoc's JSON is an unstable feature of every compiler; the lists need no nightly one for it.
    let output = command.env("RUSTC_BOOTSTRAP", "1").output()?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "{told}\nis cargo-public-api {TOOL} here? cargo install cargo-public-api --locked --version {TOOL}"
    )
    .into())
}
