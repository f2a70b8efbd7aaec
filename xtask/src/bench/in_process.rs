//! One validation by Axioms and by other crates, in one process.

use std::fs;

use serde_json::Value;

use super::aims::{self, Aim};
use super::chart::{Chart, Group, Kind};
use super::report::{Section, table};
use super::spread::Spread;
use super::{Options, Result, refusals, worker};
use crate::cargo;

const PACKAGE: &str = "in-process";
/// The signature alone.
const UNIT: &str = "aws-lc-rs";
const OWN: &str = "Axioms, first sight";

/// What is called of each, for the report.
const CALLS: &str = "\
One full validation: text in, verified claims out, and the scope `read:messages` checked. The unit is the verification of
the same signature alone, by aws-lc-rs with a parsed key; no validation can be cheaper unless it remembers the token.

- **Axioms**: `validate`, then `require` with a policy. *First sight* keeps no tokens (`token_cache(0)`); *seen before* is a
  hit of the verified-token cache, with the default settings: of one token, or of 1,000 in turns.
- **jsonwebtoken**: `decode_header`, the key by its id from a map, `decode` into a struct with rules made in advance, on
  aws-lc-rs: by hand, as a careful program would.
- **jwt-simple**: the same by hand, in pure Rust.
- **tower-oauth2-resource-server**: its layer, called with a request made beforehand, around a service that checks the
  scope; on aws-lc-rs.
- **jwt-authorizer**: `check_auth` of an authorizer with fetched keys, then the scope. It is built on jsonwebtoken 9, and so
  on ring.
- **oauth-resource-server**: `validate` of a validator that demands the scope. It is built on jsonwebtoken 9, too.
- **huskarl-resource-server**: `validate_request` of its RFC 9068 validator, then the scope, on its default backend, which
  is pure Rust.

All check issuer, audience, expiry and `nbf`, but for tower-oauth2-resource-server, which can check `nbf` only where every
token has one. Axioms also refuses repeated members, tokens bound to a key, ID tokens and `crit`. Futures are polled without
a runtime: none of them waits. Allocations are those of one validation.
";

/// Measures validations, and refusals beside them.
pub(super) fn run(options: &Options) -> Result<Vec<Section>> {
    let programs = worker::peers(PACKAGE)?;
    let rounds = if options.quick { "15" } else { "300" };
    let times = worker::run(&worker::find(&programs, "time")?, &[rounds])?;
    let allocations = worker::run(&worker::find(&programs, "allocations")?, &[])?;
    let lock = fs::read_to_string(cargo::root().join("xtask/peers").join(PACKAGE).join("Cargo.lock"))?;
    let field = Field { allocations, lock };
    let mut body = CALLS.to_owned();
    let mut groups = Vec::new();
    for algorithm in times.as_array().into_iter().flatten() {
        body += &field.chapter(algorithm);
        groups.push(field.group(algorithm));
    }
    let chart = Chart {
        file: "in-process".to_owned(),
        title: "One validation".to_owned(),
        unit: "times the bare signature verification by aws-lc-rs; shorter is better".to_owned(),
        kind: Kind::Bars(groups),
    };
    let title = "One validation, in process".to_owned();
    Ok(vec![Section { title, body, charts: vec![chart] }, refusals::section(options)?])
}

/// What is known of the contenders besides their times.
struct Field {
    allocations: Value,
    lock: String,
}

impl Field {
    /// The table of one algorithm.
    fn chapter(&self, measured: &Value) -> String {
        let algorithm = worker::text(measured, "algorithm");
        let unit = unit(measured);
        let rows: Vec<_> = worker::list(measured, "contenders")
            .map(|contender| {
                let (name, ns) = (worker::text(contender, "name"), worker::numbers(contender, "ns"));
                let (count, bytes) = self.allocated(algorithm, name);
                vec![
                    self.label(name),
                    Spread::of_ratios(&ns, &unit).show(decimals(name)),
                    Spread::of(ns).show(0),
                    count.to_string(),
                    bytes.to_string(),
                ]
            })
            .collect();
        let heads = ["", "times the signature", "ns", "allocations", "bytes"];
        let mut text = format!(
            "\n{algorithm}, a token of {} bytes:\n\n{}\nCheaper than Axioms at first sight: {}.\n\n{}",
            worker::number(measured, "bytes"),
            table(&heads, &rows),
            self.cheaper(measured),
            aims::list(&aims(measured))
        );
        text.extend(worker::list(measured, "left_out").map(|reason| format!("\nLeft out: {reason}.\n")));
        text
    }

    fn group(&self, measured: &Value) -> Group {
        let unit = unit(measured);
        let bar = |contender: &Value| {
            let ratio = Spread::of_ratios(&worker::numbers(contender, "ns"), &unit).median;
            (self.label(worker::text(contender, "name")), ratio)
        };
        let bars = worker::list(measured, "contenders").map(bar).collect();
        Group { heading: worker::text(measured, "algorithm").to_owned(), bars }
    }

    /// Who validates at less cost than Axioms does at first sight.
    fn cheaper(&self, measured: &Value) -> String {
        let ratios = self.group(measured).bars;
        let own = ratios.iter().find(|(name, _)| name == OWN).map_or(f64::NAN, |(_, ratio)| *ratio);
        let others = ratios.iter().filter(|(name, _)| !name.starts_with("Axioms") && !name.starts_with(UNIT));
        let cheaper: Vec<_> =
            others.filter(|(_, ratio)| *ratio < own).map(|(name, _)| name.as_str()).collect();
        if cheaper.is_empty() { "none".to_owned() } else { cheaper.join(", ") }
    }

    fn allocated(&self, algorithm: &str, name: &str) -> (u64, u64) {
        let found = self.allocations.as_array().into_iter().flatten().find(|entry| {
            worker::text(entry, "algorithm") == algorithm && worker::text(entry, "name") == name
        });
        let number = |name| found.and_then(|entry| entry.get(name)?.as_u64()).unwrap_or_default();
        (number("count"), number("bytes"))
    }

    /// The name with the version that is pinned.
    fn label(&self, name: &str) -> String {
        match version(&self.lock, name) {
            Some(version) => format!("{name} {version}"),
            None => name.to_owned(),
        }
    }
}

/// What the figures of an algorithm should be.
fn aims(measured: &Value) -> [Aim; 3] {
    let ns = |wanted: &str| {
        let found = worker::list(measured, "contenders").find(|found| worker::text(found, "name") == wanted);
        found.map(|contender| worker::numbers(contender, "ns")).unwrap_or_default()
    };
    let first_sight = match worker::text(measured, "algorithm") {
        "RS256" | "PS256" => 1.15,
        _ => 1.06,
    };
    [
        Aim::at_most("first sight", Spread::of_ratios(&ns(OWN), &unit(measured)), first_sight, 3),
        Aim::at_most("ns of a token seen before", Spread::of(ns("Axioms, seen before")), 250.0, 0),
        Aim::at_most("ns of one of 1,000", Spread::of(ns("Axioms, 1,000 tokens seen before")), 450.0, 0),
    ]
}

/// The measurements of the signature alone.
fn unit(measured: &Value) -> Vec<f64> {
    let unit = worker::list(measured, "contenders").find(|contender| worker::text(contender, "name") == UNIT);
    unit.map(|unit| worker::numbers(unit, "ns")).unwrap_or_default()
}

/// Ratios far below 1 need more digits.
fn decimals(name: &str) -> usize {
    if name.contains("seen before") { 4 } else { 2 }
}

/// The version of a package in a lock file; the newest, which stands last, where there are several.
fn version<'l>(lock: &'l str, package: &str) -> Option<&'l str> {
    let entries =
        lock.split("[[package]]").filter(|entry| entry.contains(&format!("\nname = \"{package}\"\n")));
    let line = entries.last()?.lines().find_map(|line| line.strip_prefix("version = \""))?;
    line.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_of_a_package_is_told() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"9.3.1\"\n\n[[package]]\nname = \"a\"\nversion = \"11.1.0\"\n\n\
                    [[package]]\nname = \"ab\"\nversion = \"1.0.0\"\n";
        assert_eq!(version(lock, "a"), Some("11.1.0"));
        assert_eq!(version(lock, "b"), None);
    }
}
