//! `cargo xtask tidy`: the rules that no compiler knows. They are a test as well.

use std::error::Error;
use std::fs;
use std::path::Path;

use crate::cargo::root;

/// What each adapter may depend on: the core, the macros, and the framework. The program `axioms` has no framework.
const ADAPTERS: &[(&str, &[&str])] = &[
    (
        "axioms-axum",
        &[
            "axioms-core",
            "axioms-macros",
            "axioms-tower",
            "axum-core",
            "bytes",
            "http-body",
            "serde",
            "tower-layer",
            "tower-service",
        ],
    ),
    (
        "axioms-tower",
        &["axioms-core", "bytes", "http-body", "pin-project-lite", "tokio", "tower-layer", "tower-service"],
    ),
    // Rocket and its users log by `log`, which `tracing` feeds.
    ("axioms-rocket", &["axioms-core", "axioms-macros", "rocket", "serde", "tracing"]),
    ("axioms-warp", &["axioms-core", "axioms-macros", "axioms-tower", "serde", "warp"]),
    ("axioms-cli", &["axioms-core", "lexopt", "serde", "serde_json"]),
];

/// Words that stand for work not done.
const UNDONE: [&str; 4] =
    [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("#[ig", "nore"), concat!("dbg", "!(")];

/// Checks every source file.
///
/// # Errors
/// With every breach of a rule.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let breaches = breaches()?;
    if breaches.is_empty() { Ok(()) } else { Err(breaches.join("\n").into()) }
}

fn breaches() -> Result<Vec<String>, Box<dyn Error>> {
    let mut breaches = Vec::new();
    let mut sources = Vec::new();
    collect(root(), &mut sources)?;
    for path in &sources {
        let text = fs::read_to_string(root().join(path))?;
        breaches.extend(source(path, &text).into_iter().map(|breach| format!("{path}: {breach}")));
    }
    for (adapter, allowed) in ADAPTERS {
        let manifest = fs::read_to_string(root().join(adapter).join("Cargo.toml"))?;
        let foreign = dependencies(&manifest).filter(|dependency| !allowed.contains(dependency));
        breaches.extend(foreign.map(|dependency| format!("{adapter}: must not depend on {dependency}")));
    }
    Ok(breaches)
}

/// The paths of all Rust files, with forward slashes.
fn collect(folder: &Path, sources: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !name.starts_with('.') && !["target", "node_modules"].contains(&name) {
                collect(&path, sources)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let path = path.strip_prefix(root())?.to_string_lossy().replace('\\', "/");
            sources.push(path);
        }
    }
    Ok(())
}

/// The rules that a source file breaks.
fn source(path: &str, text: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    if !path.contains("/tests/ui/") && !text.starts_with("//!") {
        breaches.push("must open with `//!`: what is it, and for whom?".to_owned());
    }
    if is_root(path) && !text.contains("#![forbid(unsafe_code)]") {
        breaches.push("is the root of a crate, and must say #![forbid(unsafe_code)]".to_owned());
    }
    for (line, number) in text.lines().zip(1..) {
        breaches.extend(
            UNDONE.iter().filter(|word| line.contains(*word)).map(|word| format!("{number}: holds {word}")),
        );
    }
    if ships(path) {
        let untested = text.split("\nmod tests {").next().unwrap_or_default();
        for (line, number) in untested.lines().zip(1..) {
            let code = line.split("//").next().unwrap_or_default();
            if code.contains(".unwrap()") || code.contains(".expect(") {
                breaches.push(format!("{number}: may panic"));
            }
        }
    }
    breaches
}

/// Whether a file is the root of a library or of a program.
fn is_root(path: &str) -> bool {
    path.ends_with("/src/lib.rs")
        || path.ends_with("/main.rs") && path.contains("/src/")
        || path.rsplit_once('/').is_some_and(|(folder, _)| folder.ends_with("/src/bin"))
}

/// Whether a file is part of what users build; what they test with may panic.
fn ships(path: &str) -> bool {
    path.starts_with("axioms-")
        && path.contains("/src/")
        && !path.starts_with("axioms-testing/")
        && !path.contains("/tests")
        && !path.ends_with("/properties.rs")
}

/// The names under `[dependencies]` of a manifest.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        assert_eq!(breaches().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn each_rule_is_noticed() {
        for (path, text, breaches) in [
            ("a/src/a.rs", "//! A.\n", 0),
            ("a/src/a.rs", "fn a() {}\n", 1),
            ("a/tests/ui/a.rs", "fn a() {}\n", 0),
            ("a/src/lib.rs", "//! A.\n", 1),
            ("a/src/lib.rs", "//! A.\n#![forbid(unsafe_code)]\n", 0),
            ("a/src/bin/a.rs", "//! A.\n", 1),
            ("a/src/bin/a/main.rs", "//! A.\n", 1),
            ("a/src/bin/a/b.rs", "//! A.\n", 0),
            ("axioms-a/src/a.rs", "//! A.\nfn a() { b().unwrap() }\n", 1),
            ("axioms-a/src/a.rs", "//! A.\n/// b().unwrap()\nfn a() {}\n", 0),
            ("axioms-a/src/a.rs", "//! A.\n#[cfg(test)]\nmod tests {\n b().unwrap()\n}\n", 0),
            (
                "axioms-a/src/a.rs",
                "//! A.\n#[cfg(all(test, feature = \"f\"))]\nmod tests {\n b().unwrap()\n}\n",
                0,
            ),
            ("axioms-testing/src/a.rs", "//! A.\nfn a() { b().expect(\"c\") }\n", 0),
            ("a/src/a.rs", concat!("//! A.\n// TO", "DO\n"), 1),
        ] {
            assert_eq!(source(path, text).len(), breaches, "{path}: {text}");
        }
    }

    #[test]
    fn dependencies_are_those_of_the_section_alone() {
        let manifest =
            "[dependencies]\na.workspace = true\n# why\nb = \"1\"\n\n[dev-dependencies]\nc = \"1\"\n";
        assert_eq!(dependencies(manifest).collect::<Vec<_>>(), ["a", "b"]);
    }
}
