//! What a guard costs a server: the requests that one core serves, and the processor time of each.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use axioms_core::Algorithm;
use axioms_testing::TestIssuer;

use super::aims::{self, Aim};
use super::chart::{Chart, Group, Kind};
use super::peers::{self, Peer, Running};
use super::report::{Section, table};
use super::spread::Spread;
use super::{Options, Result};
use crate::load::{self, Answer, Traffic};
use crate::process;

/// Enough that a request always waits for the server.
const CONNECTIONS: usize = 12;
/// Tokens in use, each sent over and over.
const TOKENS: usize = 50;
/// For how long a server is kept busy before it is measured: each token is seen.
const WARM_UP: Duration = Duration::from_millis(50);
/// For how long a server is kept busy before the next takes its turn.
const TURN: Duration = Duration::from_millis(100);
/// How often each takes its turn in a round.
const TURNS: usize = 5;

/// Measures guarded beside unguarded servers.
pub(super) fn run(options: &Options) -> Result<Vec<Section>> {
    let issuer = peers::issuer();
    Ok(vec![frameworks(&issuer, options)?, crates(&issuer, options)?])
}

/// Each framework with and without Axioms.
fn frameworks(issuer: &TestIssuer, options: &Options) -> Result<Section> {
    let requests = requests(issuer, Algorithm::ES256);
    let (mut rows, mut aims) = (Vec::new(), Vec::new());
    for (framework, unguarded, guarded) in peers::FRAMEWORKS {
        eprintln!("{framework}");
        let mut servers = [Measured::of(unguarded)?, Measured::of(guarded)?];
        measure(&mut servers, issuer, &requests, options)?;
        let [unguarded, guarded] = &servers;
        aims.push(Aim::at_least(format!("{framework}, ratio"), guarded.ratio(unguarded), 0.95, 3));
        aims.push(Aim::at_most(format!("{framework}, us of the guard"), guarded.guard(unguarded), 0.6, 2));
        rows.push(vec![
            framework.to_owned(),
            Spread::of(unguarded.rates()).show(0),
            Spread::of(guarded.rates()).show(0),
            guarded.ratio(unguarded).show(3),
            unguarded.micros().show(2),
            guarded.guard(unguarded).show(2),
            guarded.per_core(unguarded).show(3),
        ]);
    }
    let heads = [
        "",
        "requests/s, no guard",
        "requests/s, Axioms",
        "ratio",
        "us per request, no guard",
        "us of the guard",
        "ratio per core",
    ];
    let body = format!(
        "The same route without a guard and behind `#[requires(any_scopes = [\"read:messages\"])]`, with {TOKENS} ES256 \
         tokens that come again and again. {}\n\n{}\n{}",
        method(),
        table(&heads, &rows),
        aims::list(&aims)
    );
    Ok(Section { title: "What the guard costs a server".to_owned(), body, charts: Vec::new() })
}

/// Axioms among others, on axum.
fn crates(issuer: &TestIssuer, options: &Options) -> Result<Section> {
    let mut body = format!(
        "The same route on axum, guarded by each crate as its documentation shows, with the default settings: \
         [xtask/peers](../../xtask/peers). Axioms keeps the tokens that it has verified; with its cache off \
         (`AXIOMS_TOKEN_CACHE=0`), or for a token that comes for the first time, it verifies the signature as the \
         others do for every request. {}\n",
        method()
    );
    let mut groups = Vec::new();
    for algorithm in [Algorithm::RS256, Algorithm::ES256] {
        eprintln!("{algorithm}");
        let requests = requests(issuer, algorithm);
        let mut servers = Vec::new();
        let mut failures = String::new();
        for peer in [peers::UNGUARDED, peers::AXIOMS, peers::UNCACHED].into_iter().chain(peers::OTHERS) {
            match Measured::of(peer).and_then(|server| server.check(issuer, algorithm)) {
                Ok(server) => servers.push(server),
                Err(error) if peer.is_foreign() => write!(failures, "\n- {}: {error}", peer.name)?,
                Err(error) => return Err(format!("{}: {error}", peer.name).into()),
            }
        }
        measure(&mut servers, issuer, &requests, options)?;
        let Some((unguarded, guarded)) = servers.split_first() else { continue };
        let row = |server: &Measured| {
            vec![
                server.peer.name.to_owned(),
                Spread::of(server.rates()).show(0),
                server.ratio(unguarded).show(3),
                server.guard(unguarded).show(2),
                server.per_core(unguarded).show(3),
            ]
        };
        let rows: Vec<_> = servers.iter().map(row).collect();
        let table = table(&["", "requests/s", "ratio", "us of the guard", "ratio per core"], &rows);
        write!(body, "\n{algorithm}:\n\n{table}")?;
        if !failures.is_empty() {
            write!(body, "\nNot measured:{failures}\n")?;
        }
        let bar = |server: &Measured| (server.peer.name.to_owned(), server.per_core(unguarded).median);
        groups.push(Group { heading: algorithm.to_string(), bars: guarded.iter().map(bar).collect() });
    }
    let chart = Chart {
        file: "http".to_owned(),
        title: "Requests that a core serves".to_owned(),
        unit: "of those without a guard".to_owned(),
        kind: Kind::Bars(groups),
    };
    Ok(Section { title: "Servers guarded by other crates".to_owned(), body, charts: vec![chart] })
}

fn method() -> String {
    let core = if peers::can_pin() { "one core" } else { "one worker thread" };
    format!(
        "Each server is a process with {core}, kept busy by {CONNECTIONS} connections from the other one. In every round \
         each is a new process, since one process of a program may be some percent faster than the next, and {TURNS} \
         times they take turns of {} ms. Ratios are to the server without a guard: `ratio` compares requests in a second, and \
         `ratio per core` requests in a second of processor time, which is all that counts once a core is busy.",
        TURN.as_millis()
    )
}

fn requests(issuer: &TestIssuer, algorithm: Algorithm) -> Vec<Vec<u8>> {
    (0..TOKENS).map(|_| peers::request(&peers::token(issuer, algorithm))).collect()
}

/// A server, and what was measured of it in each round.
struct Measured {
    peer: Peer,
    program: PathBuf,
    rounds: Vec<Round>,
}

#[derive(Debug, Clone, Copy)]
struct Round {
    /// Requests in a second.
    rate: f64,
    /// Processor time of a request, in microseconds.
    micros: f64,
}

impl Measured {
    fn of(peer: Peer) -> Result<Self> {
        Ok(Self { peer, program: peer.build()?, rounds: Vec::new() })
    }

    fn start(&self, issuer: &TestIssuer) -> Result<Running> {
        self.peer.start(&self.program, issuer)
    }

    /// It must be guarded to be compared: what is not valid is refused, but for the one that refuses nobody.
    fn check(self, issuer: &TestIssuer, algorithm: Algorithm) -> Result<Self> {
        let valid = || issuer.token().algorithm(algorithm).scopes(["read:messages"]);
        let server = self.start(issuer)?;
        let guarded = self.peer.package != peers::UNGUARDED.package;
        let forged = {
            let (token, other) = (valid().sign(), valid().sign());
            let signature = other.rsplit('.').next().unwrap_or_default();
            token.rsplit_once('.').map(|(signed, _)| format!("{signed}.{signature}")).unwrap_or_default()
        };
        for (what, token, accepted) in [
            ("a valid token", valid().sign(), true),
            ("an expired token", valid().expired().sign(), false),
            ("a token for another audience", valid().audience("https://other.example.com").sign(), false),
            ("a token of another issuer", valid().issuer("https://other.example.com").sign(), false),
            ("a token without the scope", valid().scopes(["read:nothing"]).sign(), false),
            ("a forged token", forged, false),
        ] {
            let status = server.answer(&peers::request(&token))?;
            if (status == 200) != (accepted || !guarded) {
                return Err(format!("answers {what} with {status}").into());
            }
        }
        Ok(self)
    }

    fn rates(&self) -> Vec<f64> {
        self.rounds.iter().map(|round| round.rate).collect()
    }

    fn micros(&self) -> Spread {
        Spread::of(self.rounds.iter().map(|round| round.micros))
    }

    fn ratio(&self, unguarded: &Self) -> Spread {
        Spread::of_ratios(&self.rates(), &unguarded.rates())
    }

    /// The requests in a second of processor time, beside those without a guard.
    fn per_core(&self, unguarded: &Self) -> Spread {
        let micros = |server: &Self| server.rounds.iter().map(|round| round.micros).collect::<Vec<_>>();
        Spread::of_ratios(&micros(unguarded), &micros(self))
    }

    /// The processor time that a request takes more than without a guard.
    fn guard(&self, unguarded: &Self) -> Spread {
        let rounds = self.rounds.iter().zip(&unguarded.rounds);
        Spread::of(rounds.map(|(guarded, unguarded)| guarded.micros - unguarded.micros))
    }
}

/// Measures every server in every round.
fn measure(
    servers: &mut [Measured],
    issuer: &TestIssuer,
    requests: &[Vec<u8>],
    options: &Options,
) -> Result<()> {
    for round in 0..if options.quick { 2 } else { 30 } {
        let start = |measured| Measured::start(measured, issuer).map(|server| (server, Sum::default()));
        let running = servers.iter().map(start).collect::<Result<Vec<_>>>()?;
        let mut turns: Vec<_> = servers.iter_mut().zip(running).collect();
        for (measured, (server, _)) in &turns {
            busy(server, requests, WARM_UP).map_err(|error| format!("{}: {error}", measured.peer.name))?;
        }
        let count = turns.len().max(1);
        turns.rotate_left(round % count);
        for _ in 0..TURNS {
            for (_, (server, sum)) in &mut turns {
                sum.add(server, requests)?;
            }
            // Whoever is first in one turn is not in the next.
            turns.rotate_left(1);
        }
        for (measured, (_, sum)) in turns {
            measured.rounds.push(sum.round());
        }
    }
    Ok(())
}

/// What a server did in its turns.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    answered: u32,
    elapsed: Duration,
    cpu: Duration,
}

impl Sum {
    fn add(&mut self, server: &Running, requests: &[Vec<u8>]) -> Result<()> {
        let (start, before) = (Instant::now(), process::cpu_time(server.id())?);
        self.answered += busy(server, requests, TURN)?;
        self.elapsed += start.elapsed();
        self.cpu += process::cpu_time(server.id())?.saturating_sub(before);
        Ok(())
    }

    fn round(self) -> Round {
        let answered = f64::from(self.answered.max(1));
        Round { rate: answered / self.elapsed.as_secs_f64(), micros: self.cpu.as_secs_f64() * 1e6 / answered }
    }
}

/// Keeps a server busy for a time, and counts the requests that it answered.
fn busy(server: &Running, requests: &[Vec<u8>], lasting: Duration) -> Result<u32> {
    let until = Instant::now() + lasting;
    let mut traffic = Timed { requests, until, turn: 0, answered: 0, refused: None };
    load::drive(server.address(), CONNECTIONS, &mut traffic)?;
    match traffic.refused {
        None => Ok(traffic.answered),
        Some(answer) => Err(format!("a valid token got {answer:?}").into()),
    }
}

/// Valid requests in turn, for a time.
struct Timed<'r> {
    requests: &'r [Vec<u8>],
    until: Instant,
    turn: usize,
    answered: u32,
    refused: Option<Answer>,
}

impl Traffic for Timed<'_> {
    type Kind = ();

    fn next(&mut self) -> Option<((), &[u8])> {
        if Instant::now() >= self.until {
            return None;
        }
        self.turn += 1;
        self.requests.get(self.turn % self.requests.len().max(1)).map(|request| ((), request.as_slice()))
    }

    fn answered(&mut self, (): (), answer: Answer) {
        self.answered += 1;
        if answer.status != Some(200) {
            self.refused.get_or_insert(answer);
        }
    }
}
