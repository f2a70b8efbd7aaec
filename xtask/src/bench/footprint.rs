//! What a guard brings with it: crates, time to build, size, memory, time to start.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use axioms_core::Algorithm;
use axioms_testing::TestIssuer;

use super::chart::{Chart, Group, Kind};
use super::peers::{self, Peer};
use super::report::{Section, table};
use super::spread::Spread;
use super::{Options, Result};
use crate::load::Connection;
use crate::{cargo, process};

const TREE: [&str; 6] = ["tree", "--edges", "normal", "--prefix", "none", "--no-dedupe"];
/// Before the memory is looked at.
const WARM_UP: usize = 20_000;

/// Measures the smallest guarded server that each crate allows.
pub(super) fn run(options: &Options) -> Result<Vec<Section>> {
    let issuer = peers::issuer();
    let common = libraries(&peers::UNGUARDED.build()?)?;
    let mut footprints = Vec::new();
    let mut failures = String::new();
    for peer in [peers::UNGUARDED, peers::AXIOMS, peers::GRAVIOLA].into_iter().chain(peers::OTHERS) {
        eprintln!("{}", peer.name);
        match Footprint::of(peer, &issuer, &common, options) {
            Ok(footprint) => footprints.push(footprint),
            Err(error) if peer.is_foreign() => write!(failures, "\n- {}: {error}", peer.name)?,
            Err(error) => return Err(format!("{}: {error}", peer.name).into()),
        }
    }
    for _ in 0..if options.quick { 2 } else { 25 } {
        for footprint in &mut footprints {
            let ready = footprint.peer.start(&footprint.program, &issuer)?.ready;
            footprint.starts.push(ready.as_secs_f64() * 1e3);
        }
    }
    let rows: Vec<_> = footprints.iter().map(Footprint::row).collect();
    let mut body = format!(
        "The servers of the comparison above. Crates: the lines of `cargo {} | sort --unique`, those of axum and tokio and \
         the server itself included. Size: of the program, by `cargo build --release` with the default profile and \
         `strip = true`; with libraries, those shared ones that it loads and the server without a guard does not. Memory: \
         resident, after {WARM_UP} requests. Start: from the start of the process to the first token that it accepts, its \
         keys fetched from an issuer on the same machine, in turns, as a median with quartiles.\n\n",
        TREE.join(" ")
    );
    let mut heads = vec!["", "crates", "size, MiB", "with libraries", "memory, MiB", "start, ms"];
    if options.build_times {
        heads.push("clean release build, s");
    }
    body += &table(&heads, &rows);
    write!(body, "\n{}", aims(&footprints))?;
    if !failures.is_empty() {
        write!(body, "\nNot measured:{failures}\n")?;
    }
    let headings = ["crates", "MiB", "MiB", "ms"];
    let charts =
        [("crates", "Crates"), ("size", "Size with libraries"), ("memory", "Memory"), ("start", "Start")];
    let charts = charts.into_iter().zip(headings).enumerate().map(|(place, ((file, title), unit))| {
        let bar = |footprint: &Footprint| {
            footprint.values().get(place).map(|value| (footprint.peer.name.to_owned(), *value))
        };
        let bars = footprints.iter().filter_map(bar).collect();
        Chart {
            file: format!("footprint-{file}"),
            title: title.to_owned(),
            unit: unit.to_owned(),
            kind: Kind::Bars(vec![Group { heading: String::new(), bars }]),
        }
    });
    Ok(vec![Section {
        title: "What a guarded server brings with it".to_owned(),
        body,
        charts: charts.collect(),
    }])
}

/// Whether any other crate brings less with it, which none should.
fn aims(footprints: &[Footprint]) -> String {
    let figures: [(&str, Figure); 5] = [
        ("crates", |footprint| Some(footprint.values()[0])),
        ("size with libraries", |footprint| Some(footprint.values()[1])),
        ("memory", |footprint| Some(footprint.values()[2])),
        ("start", |footprint| Some(footprint.values()[3])),
        ("clean build", |footprint| footprint.build.map(|time| time.as_secs_f64())),
    ];
    let (others, own): (Vec<_>, Vec<_>) = footprints
        .iter()
        .filter(|one| one.peer.package != peers::UNGUARDED.package)
        .partition(|one| one.peer.is_foreign());
    let line = |(what, value): (&str, Figure)| {
        let lines = own.iter().filter_map(|own| {
            let limit = value(own)?;
            let less = others.iter().filter(|other| value(other).is_some_and(|value| value <= limit));
            let less: Vec<_> = less.map(|other| other.peer.name).collect();
            let less = if less.is_empty() { "nobody".to_owned() } else { less.join(", ") };
            Some(format!("- {what}, {}: {less}.\n", own.peer.name))
        });
        lines.collect::<String>()
    };
    format!("Others that bring as little or less:\n\n{}", figures.map(line).concat())
}

/// One of the figures, where it was measured.
type Figure = fn(&Footprint) -> Option<f64>;

struct Footprint {
    peer: Peer,
    program: PathBuf,
    crates: usize,
    /// In bytes.
    size: u64,
    /// Of the shared libraries that it brings, in bytes.
    libraries: u64,
    /// In KiB.
    memory: u64,
    /// In milliseconds.
    starts: Vec<f64>,
    build: Option<Duration>,
}

impl Footprint {
    /// `common` are the libraries that every server loads.
    fn of(peer: Peer, issuer: &TestIssuer, common: &BTreeSet<PathBuf>, options: &Options) -> Result<Self> {
        let build = options.build_times.then(|| clean_build(peer)).transpose()?;
        let program = peer.build()?;
        let server = peer.start(&program, issuer)?;
        let mut connection = Connection::open(server.address())?;
        let request = peers::request(&peers::token(issuer, Algorithm::ES256));
        for _ in 0..WARM_UP {
            connection.send(&request)?;
            connection.receive()?;
        }
        let memory = process::resident(server.id())?;
        drop(server);
        let size = fs::metadata(&program)?.len();
        let libraries = libraries(&program)?
            .difference(common)
            .map(|library| Ok(fs::metadata(library)?.len()))
            .sum::<Result<u64>>()?;
        Ok(Self { peer, program, crates: crates(peer)?, size, libraries, memory, starts: Vec::new(), build })
    }

    fn row(&self) -> Vec<String> {
        let [_, whole, memory, _] = self.values();
        let mut row = vec![
            self.peer.name.to_owned(),
            self.crates.to_string(),
            format!("{:.2}", mebibytes(self.size)),
            format!("{whole:.2}"),
            format!("{memory:.1}"),
            Spread::of(self.starts.iter().copied()).show(1),
        ];
        row.extend(self.build.map(|time| format!("{:.0}", time.as_secs_f64())));
        row
    }

    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    fn values(&self) -> [f64; 4] {
        let start = Spread::of(self.starts.iter().copied());
        let whole = mebibytes(self.size + self.libraries);
        [self.crates as f64, whole, mebibytes(self.memory * 1024), start.median]
    }
}

#[allow(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

/// The shared libraries that a program loads, as the system's loader finds them.
fn libraries(program: &Path) -> Result<BTreeSet<PathBuf>> {
    let output = Command::new("ldd").arg(program).output()?;
    let text = String::from_utf8(output.stdout)?;
    let found = text.lines().filter_map(|line| line.split_once(" => ")?.1.split(' ').next());
    Ok(found.map(PathBuf::from).collect())
}

/// How many packages the server is built from, itself included; what runs at build time alone is not counted.
fn crates(peer: Peer) -> Result<usize> {
    let output = peer.cargo(&TREE).output()?;
    if !output.status.success() {
        return Err(format!("cargo tree: {}", output.status).into());
    }
    let tree = String::from_utf8(output.stdout)?;
    Ok(tree.lines().collect::<BTreeSet<_>>().len())
}

/// The time of a release build of everything, in a folder of its own that is removed again.
fn clean_build(peer: Peer) -> Result<Duration> {
    let folder: PathBuf = cargo::root().join("target/peers-clean");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut build = peer.cargo(&["build", "--release", "--quiet", "--bin", peer.program]);
    let start = Instant::now();
    let status = build.env("CARGO_TARGET_DIR", &folder).status()?;
    let time = start.elapsed();
    fs::remove_dir_all(&folder)?;
    if status.success() { Ok(time) } else { Err(format!("cargo build: {status}").into()) }
}
