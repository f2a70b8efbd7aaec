//! `cargo xtask public-api`: compares the public names of each library with the list that is kept in its folder.
//!
//! cargo-public-api reads them from rustdoc's JSON. Its format belongs to a version of the compiler, so the version of
//! cargo-public-api that fits is named here.

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
