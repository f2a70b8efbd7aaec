//! `cargo xtask tidy`: repository rules that no existing tool checks.

use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cargo::{self, root};

/// What each adapter may depend on: core, the macros, and the framework. The program `axioms` has
/// no framework.
const ADAPTERS: &[(&str, &str)] = &[
    (
        "axioms-axum",
        "axioms-core axioms-macros axioms-tower axum-core bytes http-body serde tower-layer tower-service",
    ),
    ("axioms-tower", "axioms-core bytes http-body pin-project-lite tokio tower-layer tower-service"),
    // Rocket and its users log with `log`, which `tracing` can feed.
    ("axioms-rocket", "axioms-core axioms-macros rocket serde tracing"),
    ("axioms-warp", "axioms-core axioms-macros axioms-tower serde warp"),
    ("axioms-cli", "axioms-core lexopt serde serde_json"),
];

/// Copies, because most checkouts on Windows turn a symbolic link into a text file.
const LICENSES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// Checks every package of the workspace.
///
/// # Errors
/// Returns every rule that is broken.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let output = cargo::command(&["metadata", "--no-deps", "--format-version=1"]).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages =
        metadata.get("packages").and_then(Value::as_array).ok_or("cargo metadata has no packages")?;
    let mut breaches = Vec::new();
    for package in packages {
        let text = |name| package.get(name).and_then(Value::as_str).unwrap_or_default();
        let (name, manifest) = (text("name"), Path::new(text("manifest_path")));
        let folder = manifest.parent().unwrap_or(manifest);
        let mut breach = |what: String| breaches.push(format!("{name}: {what}"));
        if !fs::read_to_string(manifest)?.contains("[lints]\nworkspace = true") {
            breach("must inherit the lints of the workspace".to_owned());
        }
        let is_published = package.get("publish").is_none_or(Value::is_null);
        if is_published {
            for license in LICENSES {
                if fs::read(folder.join(license)).ok() != Some(fs::read(root().join(license))?) {
                    breach(format!("{license} must be a copy of the one at the root"));
                }
            }
        }
        if let Some((_, allowed)) = ADAPTERS.iter().find(|(adapter, _)| *adapter == name) {
            for dependency in dependencies(package) {
                if !allowed.split(' ').any(|allowed| allowed == dependency) {
                    breach(format!("must not depend on {dependency}"));
                }
            }
        }
        visit(folder, &mut |path| {
            let inside = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
            for what in source(&inside, &fs::read_to_string(path)?, is_published) {
                breach(format!("{inside}: {what}"));
            }
            Ok(())
        })?;
    }
    let read = |path| fs::read_to_string(root().join(path));
    for test in FIXTURES {
        if !names_compiler(&read(test)?, &read("rust-toolchain.toml")?) {
            breaches.push(format!("{test}: must name the compiler of rust-toolchain.toml"));
        }
    }
    if breaches.is_empty() { Ok(()) } else { Err(breaches.join("\n").into()) }
}

/// The names of the packages that a package needs to build.
fn dependencies(package: &Value) -> impl Iterator<Item = &str> {
    let all = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
    all.filter(|dependency| dependency.get("kind").is_none_or(Value::is_null))
        .filter_map(|dependency| dependency.get("name")?.as_str())
}

/// The tests whose fixtures hold the messages of one compiler. With another one they are skipped; the compiler of this
/// repository must not skip them.
const FIXTURES: [&str; 2] = ["axioms-macros/tests/it/main.rs", "tests/compile-fail/tests/ui.rs"];

/// Whether this file names the compiler of rust-toolchain.toml, to the minor version.
fn names_compiler(fixtures: &str, toolchain: &str) -> bool {
    let channel = toolchain.split_once("channel = \"").and_then(|(_, rest)| rest.split_once('"'));
    let minor = channel.and_then(|(version, _)| version.rsplit_once('.'));
    minor.is_some_and(|(minor, _)| fixtures.contains(&format!("= \"rustc {minor}.\";")))
}

type Visitor<'v> = dyn FnMut(&Path) -> Result<(), Box<dyn Error>> + 'v;

/// Visits the Rust files of a package.
fn visit(folder: &Path, visitor: &mut Visitor<'_>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.join("Cargo.toml").exists() {
            visit(&path, visitor)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            visitor(&path)?;
        }
    }
    Ok(())
}

/// The rules that a file breaks; `path` is relative to the package.
fn source(path: &str, text: &str, is_published: bool) -> Vec<String> {
    let mut breaches = Vec::new();
    if !path.starts_with("tests/ui/") && !text.starts_with("//!") {
        breaches.push("must begin with `//!`: say what it is for".to_owned());
    }
    let depth = path.matches('/').count();
    for (line, number) in text.lines().zip(1..) {
        // A published package must contain every file that it reads.
        let from_file = line.split_once("\"../").map_or(0, |(_, rest)| 1 + leading_ups(rest));
        let from_package = line.contains("CARGO_MANIFEST_DIR") && line.contains("\"/../");
        if is_published && (from_file > depth || from_package) {
            breaches.push(format!("{number}: reads a file outside the package"));
        }
    }
    breaches
}

fn leading_ups(path: &str) -> usize {
    path.split('/').take_while(|segment| *segment == "..").count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_noticed() {
        for (path, text, is_published, breaches) in [
            ("src/a.rs", "//! A.\n", true, 0),
            ("src/a.rs", "fn a() {}\n", true, 1),
            ("tests/ui/a.rs", "fn a() {}\n", true, 0),
            ("src/a.rs", "//! A.\ninclude_str!(\"../README.md\")\n", true, 0),
            ("src/a.rs", "//! A.\ninclude_str!(\"../../README.md\")\n", true, 1),
            ("src/a.rs", "//! A.\ninclude_str!(\"../../README.md\")\n", false, 0),
            ("src/a/b.rs", "//! A.\ninclude_str!(\"../../README.md\")\n", true, 0),
            ("src/a.rs", "//! A.\nconcat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../a\")\n", true, 1),
        ] {
            assert_eq!(source(path, text, is_published).len(), breaches, "{path}: {text}");
        }
    }

    #[test]
    fn the_fixtures_are_those_of_the_compiler() {
        let fixtures = "const PINNED: &str = \"rustc 1.95.\";";
        for (channel, is_named) in
            [("1.95.0", true), ("1.95.1", true), ("1.96.0", false), ("1.9.5", false), ("stable", false)]
        {
            let toolchain = format!("# 1.95.0\n[toolchain]\nchannel = \"{channel}\"\n");
            assert_eq!(names_compiler(fixtures, &toolchain), is_named, "{channel}");
        }
        assert!(!names_compiler(fixtures, ""));
    }

    #[test]
    fn what_tests_need_is_not_a_dependency() {
        let package = serde_json::json!({
            "dependencies": [{ "name": "a", "kind": null }, { "name": "b", "kind": "dev" }]
        });
        assert_eq!(dependencies(&package).collect::<Vec<_>>(), ["a"]);
    }
}
