//! Checks the parts of the book that the compiler does not read: links, TOML, JSON, and the names
//! of settings, events and metrics.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a broken test should stop where it broke")]

mod markdown;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use axioms_core::http::{Request, Response};
use axioms_core::{Policy, RefusalCause, Validator};
use axioms_testing::{AUDIENCE, ISSUER, access_token, jwks};

use markdown::Page;

/// Pages of the repository that link to the book.
const TOP: [&str; 5] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every page of the book by its name, with the files that it includes.
fn pages() -> BTreeMap<String, Page> {
    let mut pages = BTreeMap::new();
    for entry in fs::read_dir(root().join("docs/src")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            pages.insert(name, Page::read(&path));
        }
    }
    pages
}

/// The words of a text that begin with `prefix` and consist of these characters.
fn words<'t>(text: &'t str, prefix: &'t str, is_part: fn(char) -> bool) -> BTreeSet<&'t str> {
    let starts = text.match_indices(prefix).map(|(at, _)| text.get(at..).unwrap());
    starts
        .map(|rest| rest.split(|c| !is_part(c)).next().unwrap())
        .filter(|word| word.len() > prefix.len())
        .collect()
}

/// The text of all files in a directory and below.
fn sources(folder: &Path) -> String {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .map(|path| if path.is_dir() { sources(&path) } else { fs::read_to_string(&path).unwrap() })
        .collect()
}

fn variables(text: &str) -> BTreeSet<&str> {
    words(text, "AXIOMS_", |c| c.is_ascii_uppercase() || c == '_')
}

#[test]
fn every_page_is_in_the_summary_and_is_compiled() {
    let (summary, library) = (read("docs/src/SUMMARY.md"), read("docs/lib.rs"));
    for (name, page) in pages().iter().filter(|(name, _)| *name != "SUMMARY.md") {
        assert!(summary.contains(&format!("]({name})")), "{name} is not in SUMMARY.md");
        let has_code = page.blocks().any(|block| block.language() == "rust");
        let is_compiled = library.contains(&format!("\"src/{name}\""));
        assert_eq!(has_code, is_compiled, "{name} in docs/lib.rs");
    }
}

/// Only code from an included file, which another build compiles, may be left uncompiled here.
#[test]
fn no_code_is_ignored() {
    for (name, page) in pages() {
        for block in page.blocks().filter(|block| block.language() == "rust") {
            let is_included = block.source.starts_with("{{#include");
            assert_eq!(block.info.contains("ignore"), is_included, "{name}:\n{}", block.text);
        }
    }
}

#[test]
fn every_link_has_a_target() {
    let book = root().join("docs/src");
    let mut broken = Vec::new();
    let mut pages: Vec<(PathBuf, Page)> =
        pages().into_iter().map(|(name, page)| (book.join(name), page)).collect();
    pages.extend(TOP.map(|name| (root().join(name), Page::read(&root().join(name)))));
    for (path, page) in &pages {
        for link in page.links().filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.with_file_name(file) };
            let leaves = path.starts_with(&book) && file.contains("../");
            let has_anchor = || anchor.is_empty() || Page::read(&target).anchors().contains(anchor);
            if leaves || !target.exists() || !has_anchor() {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn toml_and_json_parse() {
    for (name, page) in pages() {
        for block in page.blocks() {
            match block.language() {
                "toml" => drop(block.text.parse::<toml::Table>().unwrap_or_else(|e| panic!("{name}: {e}"))),
                "json" if name == "dynamic-rules.md" => {
                    drop(
                        serde_json::from_str::<Policy>(&block.text).unwrap_or_else(|e| panic!("{name}: {e}")),
                    );
                }
                "json" => {
                    drop(
                        serde_json::from_str::<serde_json::Value>(&block.text)
                            .unwrap_or_else(|e| panic!("{name}: {e}")),
                    );
                }
                _ => {}
            }
        }
    }
}

#[test]
fn every_variable_exists_and_is_in_the_table() {
    let settings = read("axioms-core/src/config/setting.rs");
    let known = variables(&settings);
    let pages = pages();
    let table = &pages["configuration.md"].text;
    for variable in &known {
        assert!(table.contains(&format!("\n| `{variable}` |")), "{variable} is not in the table");
    }
    let top = TOP.map(|name| (name.to_owned(), Page::read(&root().join(name))));
    for (name, page) in pages.into_iter().chain(top) {
        for variable in variables(&page.text) {
            assert!(known.contains(variable) || variable.ends_with('_'), "{name}: {variable}");
        }
    }
}

/// The names that programs search for: the causes of refusals, the metrics, and the events and spans.
fn operated() -> [BTreeSet<String>; 3] {
    let validator = Validator::builder().issuer(ISSUER).audience(AUDIENCE).jwks(jwks()).build().unwrap();
    // Without a validator, no counter exists for this one.
    let causes = validator.stats().refused.into_keys().chain([RefusalCause::NotConfigured.name()]);
    let metrics = read("axioms-core/src/metrics.rs");
    let metrics = words(&metrics, "axioms_", |c| c.is_ascii_lowercase() || c == '_');
    let core = sources(&root().join("axioms-core/src"));
    let events = words(&core, "\"axioms.", |c| c.is_ascii_lowercase() || matches!(c, '"' | '.' | '_'));
    let events = events.into_iter().map(|name| name.trim_matches('"').to_owned());
    let causes = causes.map(str::to_owned).collect();
    [causes, metrics.into_iter().map(str::to_owned).collect(), events.collect()]
}

#[test]
fn operators_find_every_cause_metric_and_event() {
    let page = read("docs/src/observability.md");
    for name in operated().iter().flatten() {
        assert!(page.contains(&format!("`{name}`")), "{name} is not on the page for operators");
    }
}

#[test]
fn every_cause_metric_and_event_on_the_pages_exists() {
    let [causes, metrics, events] = operated();
    let is_name = |c: char| c.is_ascii_lowercase() || matches!(c, '.' | '_' | '`' | '"' | '=');
    let named = |text: &str, prefix: &str, kept: &str| -> Vec<String> {
        let names = words(text, prefix, is_name).into_iter().filter_map(|word| word.strip_prefix(kept));
        names.map(|name| name.split(['`', '"']).next().unwrap().to_owned()).collect()
    };
    for (name, page) in pages() {
        for (prefix, kept, known) in [("`axioms.", "`", &events), ("cause=\"", "cause=\"", &causes)] {
            for word in named(&page.text, prefix, kept) {
                assert!(known.contains(&word), "{name}: {word}");
            }
        }
    }
    for word in named(&read("docs/src/observability.md"), "`axioms_", "`") {
        assert!(metrics.contains(&word), "observability.md: {word}");
    }
}

#[test]
fn answers_are_those_on_the_pages() {
    let validator = Validator::builder().issuer(ISSUER).audience(AUDIENCE).jwks(jwks()).build().unwrap();
    let policy = Policy::builder().any_scopes(["read:messages"]).build().unwrap();
    let ask = |request| validator.authorize(&request, &policy).unwrap_err();
    let bearer = format!("Bearer {}", access_token().sign());
    for (page, refusal) in [
        ("start-axum.md", ask(Request::get("/").body(()).unwrap())),
        ("errors.md", ask(Request::get("/").header("authorization", bearer).body(()).unwrap())),
    ] {
        let answer = Response::<String>::from(&refusal);
        let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
        let shown = format!("www-authenticate: {challenge}\n\n{}\n", answer.body());
        assert!(read(&format!("docs/src/{page}")).contains(&shown), "{page}:\n{shown}");
    }
}

#[test]
fn prose_is_wrapped() {
    for (name, page) in pages().iter().filter(|(name, _)| *name != "benchmarks.md") {
        for line in page.prose() {
            assert!(line.chars().count() <= 100, "{name}: {line}");
        }
    }
}
