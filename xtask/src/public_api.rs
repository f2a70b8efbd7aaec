//! `cargo xtask public-api`: compares the public API of each library with what the repository
//! records.
//!
//! - `public-api.txt`, in the directory of each library, lists its public names.
//! - `docs/src/public-names.md` gives a reason for each name at the root of a library.
//! - A name of another crate appears only where [`LIBRARIES`] allows that crate, since its major
//!   version is then part of ours.
//! - Every public type is `Send` and `Sync`.
//!
//! The names come from rustdoc's JSON, through the crate `public-api`. Each compiler has its own
//! format of that JSON, so the version of the crate changes together with rust-toolchain.toml.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::{env, fs};

use public_api::{Builder, PublicApi};

use crate::cargo::{self, root};

/// The libraries, each with the third-party crates that may appear in its API.
const LIBRARIES: [(&str, &[&str]); 8] = [
    ("axioms-core", &["http", "serde_core", "axioms_macros"]),
    ("axioms-testing", &["axioms_core", "http", "serde_json"]),
    ("axioms-expand", &["proc_macro2"]),
    ("axioms-macros", &["proc_macro"]),
    (
        "axioms-tower",
        // `pin-project-lite` writes an implementation of `Unpin` with names of its own.
        &["axioms_core", "bytes", "http", "http_body", "tower_layer", "tower_service", "pin_project_lite"],
    ),
    (
        "axioms-axum",
        &[
            "axioms_core",
            "axioms_macros",
            "axioms_tower",
            "axum_core",
            "http",
            "serde_core",
            "tower_layer",
            "tower_service",
        ],
    ),
    ("axioms-rocket", &["axioms_core", "axioms_macros", "rocket", "rocket_http", "serde_core"]),
    ("axioms-warp", &["axioms_core", "axioms_macros", "axioms_tower", "http", "serde_core", "warp"]),
];

/// The standard library, and the primitive types with associated items.
const STANDARD: [&str; 18] = [
    "core", "alloc", "std", "str", "bool", "char", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
    "u32", "u64", "u128", "usize",
];

/// Types that need not be `Send` and `Sync`: this one borrows an owner during one comparison.
const BOUND: [&str; 1] = ["axioms_core::OwnerIssuer<'a>"];

/// The page of public names.
const PAGE: &str = "docs/src/public-names.md";

/// The variable that makes this program act as rustdoc; see [`rustdoc`].
pub(crate) const AS_RUSTDOC: &str = "XTASK_AS_RUSTDOC";

/// Checks every library. With `write`, it first writes the lists of names.
///
/// # Errors
/// Returns every rule that is broken.
pub(crate) fn run(write: bool) -> Result<(), Box<dyn Error>> {
    document()?;
    let page = fs::read_to_string(root().join(PAGE))?;
    let explained: BTreeSet<&str> = page.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let mut breaches = Vec::new();
    for (library, allowed) in LIBRARIES {
        let api = read(library, true)?;
        let found = api.to_string();
        let list = root().join(library).join("public-api.txt");
        if write {
            fs::write(&list, &found)?;
        } else if fs::read_to_string(&list)? != found {
            breaches.push(format!("{library}: review its names: cargo xtask public-api --write && git diff"));
        }
        let own = library.replace('-', "_");
        let unexplained = found.lines().filter_map(|line| root_name(line, &own));
        breaches.extend(
            unexplained
                .filter(|name| !explained.contains(name))
                .map(|name| format!("{library}: {PAGE} gives no reason for {name}")),
        );
        let foreign: BTreeSet<_> = found.lines().flat_map(crates).collect();
        breaches.extend(
            foreign
                .into_iter()
                .filter(|name| *name != own && !allowed.contains(name))
                .map(|name| format!("{library}: names of the crate {name} are not allowed in its API")),
        );
        let all = read(library, false)?;
        breaches.extend(
            all.items()
                .map(ToString::to_string)
                .filter(|item| is_bound(item))
                .map(|item| format!("{library}: {item}")),
        );
    }
    if breaches.is_empty() { Ok(()) } else { Err(breaches.join("\n").into()) }
}

/// Writes rustdoc's JSON of every library.
fn document() -> Result<(), Box<dyn Error>> {
    let status = cargo::command(&["doc", "--quiet", "--no-deps", "--lib", "--workspace", "--all-features"])
        .env("RUSTDOC", env::current_exe()?)
        .env(AS_RUSTDOC, "1")
        .env("RUSTDOCFLAGS", "-Z unstable-options --output-format json --cap-lints allow")
        .status()?;
    if status.success() { Ok(()) } else { Err("cargo doc failed".into()) }
}

/// Runs rustdoc with its unstable features, which include the JSON output. Only rustdoc gets
/// `RUSTC_BOOTSTRAP`: with it, cargo would run again the build scripts that look for a nightly
/// compiler, and rebuild most dependencies.
pub(crate) fn rustdoc() -> ExitCode {
    let status = Command::new("rustdoc").args(env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").status();
    if status.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The API of a library; with `brief`, without the implementations that the compiler derives.
fn read(library: &str, brief: bool) -> Result<PublicApi, Box<dyn Error>> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let json = target.join("doc").join(library.replace('-', "_")).with_extension("json");
    let api = Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(brief)
        .omit_auto_derived_impls(true)
        .build();
    api.map_err(|error| format!("{}: {error}", json.display()).into())
}

/// The name that a line declares at the root of the library `own`.
fn root_name<'l>(line: &'l str, own: &str) -> Option<&'l str> {
    let declared = line.trim_start_matches("#[non_exhaustive] ").trim_start_matches("pub ");
    let kinds = ["struct ", "enum ", "trait ", "macro ", "fn ", "async fn "];
    let path = kinds.iter().find_map(|kind| declared.strip_prefix(kind))?;
    let path = path.strip_prefix(own)?.strip_prefix("::")?;
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(path.len());
    let (name, rest) = path.split_at(end);
    let is_method = rest.trim_start_matches(|c| c != ':' && c != '(').starts_with("::");
    (!is_method).then_some(name)
}

/// The crates named in a line, except the standard library.
fn crates(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
        .filter_map(|path| path.split_once("::"))
        .map(|(first, _)| first)
        .filter(|first| first.starts_with(char::is_lowercase) && !STANDARD.contains(first))
}

/// Whether an item says that a type is not `Send` or not `Sync`.
fn is_bound(item: &str) -> bool {
    ["!core::marker::Send for ", "!core::marker::Sync for "]
        .iter()
        .filter_map(|marker| item.split_once(marker))
        .any(|(_, name)| !BOUND.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        assert_eq!(root_name("pub struct a::B<T>", "a"), Some("B"));
        assert_eq!(root_name("#[non_exhaustive] pub enum a::B", "a"), Some("B"));
        assert_eq!(root_name("pub fn a::b(c::D) -> e::F", "a"), Some("b"));
        assert_eq!(root_name("pub fn a::B::c(&self)", "a"), None);
        assert_eq!(
            crates("pub fn a::b(&http::Method, <T as d::E>::F) -> core::X").collect::<Vec<_>>(),
            ["a", "http", "d"]
        );
        assert!(is_bound("impl !core::marker::Send for a::B"));
        assert!(!is_bound("impl core::marker::Send for a::B"));
    }
}
