//! What it costs to refuse a token.

use serde_json::Value;

use super::chart::{Chart, Group, Kind};
use super::report::{Section, table};
use super::spread::Spread;
use super::{Options, Result, worker};

/// What a refusal without a signature should not exceed, in ns.
const DEAR: f64 = 2000.0;

pub(super) fn section(options: &Options) -> Result<Section> {
    let program = worker::bench("refusals")?;
    let rounds = if options.quick { "15" } else { "200" };
    let silent = worker::run(&program, &[rounds, "silent"])?;
    let logged = worker::run(&program, &[rounds, "logged"])?;
    let spreads = |measured: &Value| -> Vec<(String, Spread)> {
        let case =
            |case: &Value| (worker::text(case, "name").to_owned(), Spread::of(worker::numbers(case, "ns")));
        worker::list(measured, "cases").map(case).collect()
    };
    let (silent_times, logged_times) = (spreads(&silent), spreads(&logged));
    let rows: Vec<_> = silent_times
        .iter()
        .zip(&logged_times)
        .map(|((name, silent), (_, logged))| vec![name.clone(), silent.show(0), logged.show(0)])
        .collect();
    let refused = silent_times.iter().skip(1);
    let dear = refused.filter(|(_, spread)| spread.median > DEAR).map(|(name, _)| name.as_str());
    let dear: Vec<&str> = dear.collect();
    let body = format!(
        "What refusing a token costs, RS256, in ns. Each refusal is counted and is an event of `tracing` at the level \
         `INFO`: without a subscriber, and with the one of `tracing-subscriber`, which formats the event and throws it \
         away. Everything but the last rows is refused before a signature is looked at; and a forgery is no less work \
         the second time, because refused tokens are not kept: after all rounds the validator of the last row keeps {} \
         bytes and has had {} hits.\n\n{}\nAbove 2,000 ns without a subscriber: {}.\n",
        worker::number(&silent, "kept"),
        worker::number(&silent, "hits"),
        table(&["", "ns, no subscriber", "ns, formatted"], &rows),
        dear.join(", ")
    );
    let bars = silent_times.iter().map(|(name, spread)| (label(name), spread.median)).collect();
    let chart = Chart {
        file: "refusals".to_owned(),
        title: "Refusing a token".to_owned(),
        unit: "ns for each token, RS256, no subscriber; shorter is better".to_owned(),
        kind: Kind::Bars(vec![Group { heading: "Axioms".to_owned(), bars }]),
    };
    Ok(Section { title: "Refusals".to_owned(), body, charts: vec![chart] })
}

/// A chart knows no Markdown.
fn label(name: &str) -> String {
    name.replace('`', "")
}
