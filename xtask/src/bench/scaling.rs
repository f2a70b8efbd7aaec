//! How time and memory grow with threads, tokens and keys.

use serde_json::Value;

use super::chart::{Axis, Chart, Kind, Line, Scale};
use super::report::{Section, table};
use super::spread::Spread;
use super::{Options, Result, worker};

const MIB: f64 = 1024.0 * 1024.0;

pub(super) fn run(options: &Options) -> Result<Vec<Section>> {
    let program = worker::bench("scaling")?;
    let (rounds, draws) = if options.quick { ("3", "4000") } else { ("15", "30000") };
    let number_of_tokens: &[&str] = if options.quick {
        &["1", "100", "10000"]
    } else {
        &["1", "10", "100", "1000", "3000", "10000", "30000", "100000", "1000000"]
    };
    let number_of_keys: &[&str] =
        if options.quick { &["1", "10", "100"] } else { &["1", "2", "5", "10", "20", "50", "100"] };
    let measure = |what: &str, number: &&str, last: &str| worker::run(&program, &[what, number, last]);
    let threads = worker::run(&program, &["threads", rounds])?;
    let tokens =
        number_of_tokens.iter().map(|number| measure("tokens", number, draws)).collect::<Result<Vec<_>>>()?;
    let keys =
        number_of_keys.iter().map(|number| measure("keys", number, rounds)).collect::<Result<Vec<_>>>()?;
    Ok(vec![threads_section(&threads), tokens_section(&tokens), keys_section(&keys)])
}

fn threads_section(measured: &Value) -> Section {
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    let mut heads = vec!["thousand validations/s, threads together".to_owned()];
    for case in worker::list(measured, "cases") {
        let name = worker::text(case, "name").to_owned();
        let rates: Vec<(f64, Spread)> = worker::list(case, "rates")
            .map(|rate| {
                let thousands = worker::numbers(rate, "per_second").into_iter().map(|rate| rate / 1000.0);
                (worker::number(rate, "threads"), Spread::of(thousands))
            })
            .collect();
        if heads.len() == 1 {
            heads.extend(rates.iter().map(|(threads, _)| format!("on {threads}")));
        }
        let cells = rates.iter().map(|(_, spread)| spread.show(1));
        rows.push([name.clone()].into_iter().chain(cells).collect());
        lines.push(Line {
            name,
            points: rates.iter().map(|(threads, spread)| (*threads, spread.median)).collect(),
        });
    }
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let body = format!(
        "Threads that validate ES256 tokens with one validator as fast as they can, on {} cores: more threads than cores \
         cannot bring more, and should not bring less. One token for all threads is the worst case of the cache, whose \
         one entry they all count references of.\n\n{}",
        worker::number(measured, "cores"),
        table(&heads, &rows)
    );
    let chart = Chart {
        file: "threads".to_owned(),
        title: "Threads".to_owned(),
        unit: "thousand validations per second, all threads together".to_owned(),
        kind: Kind::Lines { x: axis("threads", Scale::Linear), y: Scale::Logarithmic, lines },
    };
    Section { title: "Threads".to_owned(), body, charts: vec![chart] }
}

fn tokens_section(measured: &[Value]) -> Section {
    let of = |entry: &Value, way: &str, name: &str| {
        entry.get(way).map_or(f64::NAN, |way| worker::number(way, name))
    };
    let time = |entry: &Value, way: &str| {
        Spread::of(entry.get(way).map(|way| worker::numbers(way, "ns")).unwrap_or_default())
    };
    let memory = |entry: &Value, name: &str| worker::number(entry, name) / MIB;
    let rows: Vec<_> = measured
        .iter()
        .map(|entry| {
            vec![
                worker::number(entry, "number").to_string(),
                format!("{:.1} %", 100.0 * of(entry, "flat", "hits")),
                time(entry, "flat").show(0),
                format!("{:.1} %", 100.0 * of(entry, "skewed", "hits")),
                time(entry, "skewed").show(0),
                format!("{:.2}", memory(entry, "cache_bytes")),
                format!("{:.2}", memory(entry, "resident_growth")),
            ]
        })
        .collect();
    let bytes = measured.first().map_or(f64::NAN, |entry| worker::number(entry, "bytes"));
    let heads = [
        "tokens in use",
        "hits, flat",
        "ns",
        "hits, skewed",
        "ns",
        "cache, MiB",
        "growth of the process, MiB",
    ];
    let body = format!(
        "EdDSA tokens of {bytes} bytes, each sent once and then drawn at random, with the default cache of 8 MiB. *Flat*: \
         each is as likely as any other. *Skewed*: by Zipf's law, so that a few come most of the time, as users do. The \
         cache is what `stats().cache_bytes` tells; the growth is that of the resident memory of the whole process from \
         the first token on, whatever else it holds. Times are the means of batches of 500, hits and misses alike, as a median with quartiles.\n\n{}",
        table(&heads, &rows)
    );
    let line = |name: &str, value: &dyn Fn(&Value) -> f64| Line {
        name: name.to_owned(),
        points: measured.iter().map(|entry| (worker::number(entry, "number"), value(entry))).collect(),
    };
    let x = || axis("tokens in use", Scale::Logarithmic);
    let charts = vec![
        Chart {
            file: "tokens-hits".to_owned(),
            title: "Tokens in use and the share of hits".to_owned(),
            unit: "% of tokens that needed no signature".to_owned(),
            kind: Kind::Lines {
                x: x(),
                y: Scale::Linear,
                lines: vec![
                    line("flat", &|entry| 100.0 * of(entry, "flat", "hits")),
                    line("skewed (Zipf)", &|entry| 100.0 * of(entry, "skewed", "hits")),
                ],
            },
        },
        Chart {
            file: "tokens-time".to_owned(),
            title: "Tokens in use and time".to_owned(),
            unit: "ns for each token, mean over hits and misses".to_owned(),
            kind: Kind::Lines {
                x: x(),
                y: Scale::Logarithmic,
                lines: vec![
                    line("flat", &|entry| time(entry, "flat").median),
                    line("skewed (Zipf)", &|entry| time(entry, "skewed").median),
                ],
            },
        },
        Chart {
            file: "tokens-memory".to_owned(),
            title: "Tokens in use and memory".to_owned(),
            unit: "MiB".to_owned(),
            kind: Kind::Lines {
                x: x(),
                y: Scale::Linear,
                lines: vec![
                    line("cache, as it counts", &|entry| memory(entry, "cache_bytes")),
                    line("growth of the process", &|entry| memory(entry, "resident_growth")),
                ],
            },
        },
    ];
    Section { title: "Tokens".to_owned(), body, charts }
}

fn keys_section(measured: &[Value]) -> Section {
    let micros = |entry: &Value, name: &str| {
        Spread::of(worker::numbers(entry, name).into_iter().map(|ns| ns / 1000.0))
    };
    let rows: Vec<_> = measured
        .iter()
        .map(|entry| {
            vec![
                worker::number(entry, "number").to_string(),
                worker::number(entry, "document").to_string(),
                micros(entry, "validation_ns").show(2),
                micros(entry, "build_ns").show(0),
                format!("{:.1}", worker::number(entry, "resident_growth") / 1024.0),
            ]
        })
        .collect();
    let heads = ["keys", "bytes of the JWK Set", "us to validate", "us to build", "KiB of a validator"];
    let body = format!(
        "A JWK Set of ES256 keys of which the last signs. Validating, at first sight, includes finding the key. Building a \
         validator is everything until it can serve: its thread, one fetch over loopback, and parsing and checking every \
         key. Its memory is the growth of the process by 40 of them, divided by 40, with their threads and no token.\n\n{}",
        table(&heads, &rows)
    );
    let line = |name: &str, spread: &str| Line {
        name: name.to_owned(),
        points: measured
            .iter()
            .map(|entry| (worker::number(entry, "number"), micros(entry, spread).median))
            .collect(),
    };
    let chart = Chart {
        file: "keys".to_owned(),
        title: "Keys in the JWK Set".to_owned(),
        unit: "us".to_owned(),
        kind: Kind::Lines {
            x: axis("keys", Scale::Linear),
            y: Scale::Logarithmic,
            lines: vec![
                line("to build a validator", "build_ns"),
                line("to validate at first sight", "validation_ns"),
            ],
        },
    };
    Section { title: "Keys".to_owned(), body, charts: vec![chart] }
}

fn axis(unit: &str, scale: Scale) -> Axis {
    Axis { unit: unit.to_owned(), scale }
}
