//! Sends access tokens of third-party authorization servers to a [`Validator`], and compares its
//! answers with `rows.txt`. README.md explains the rows; `.ci/interop` installs the servers and
//! runs this program.

mod server;

use std::error::Error;
use std::fmt::Debug;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use axioms_core::http::Request;
use axioms_core::{HasPolicy, Policy, Validator, policy};
use axioms_testing::{CertificateAuthority, TestClock};
use serde_json::Value;
use server::{Server, decoded, shape};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const ROWS: &str = include_str!("../rows.txt");
const AUDIENCE: &str = "https://api.example.com";
const OTHER_AUDIENCE: &str = "https://other.example.com";

policy! {
    AnyToken();
    OneScope(all_scopes = "read:messages");
    BothScopes(all_scopes = ["read:messages", "write:messages"]);
}

/// The values of the column `policy`.
const POLICIES: &[(&str, &Policy)] =
    &[("any token", AnyToken::POLICY), ("one scope", OneScope::POLICY), ("both scopes", BothScopes::POLICY)];

/// The values of the column `answer`: status, error code and description.
const ANSWERS: &[(&str, (u16, &str, &str))] = &[
    ("ok", (200, "", "")),
    ("malformed", (401, "invalid_token", "The access token is malformed")),
    ("other audience", (401, "invalid_token", "The access token is meant for another audience")),
    ("bound to a key", (401, "invalid_token", "The access token is bound to a key")),
    ("other type", (401, "invalid_token", "The token is not an access token")),
    ("bad signature", (401, "invalid_token", "The access token's signature is not valid")),
    (
        "not granted",
        (403, "insufficient_scope", "The access token does not grant what this resource requires"),
    ),
    ("no keys", (503, "temporarily_unavailable", "The access token cannot be checked at the moment")),
];

fn main() -> ExitCode {
    let start = Instant::now();
    match compare() {
        Ok((rows, 0)) => {
            println!("\n{rows} rows, all as expected, in {:.0?}", start.elapsed());
            ExitCode::SUCCESS
        }
        Ok((rows, differences)) => {
            println!("\n{differences} of {rows} rows differ");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("the rows could not be run: {error}");
            ExitCode::from(2)
        }
    }
}

/// The number of rows, and the number that differ.
fn compare() -> Result<(usize, usize)> {
    let (mut rows, mut differences) = (0, 0);
    let mut run = None;
    for line in ROWS.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        println!("{line}");
        if let Some(server) = line.strip_prefix('[') {
            let words: Vec<_> = server.trim_end_matches(']').split(' ').collect();
            let [interpreter, script, scheme] = words.as_slice() else { return Err("not a server".into()) };
            run = Some(Run::start(interpreter, script, *scheme == "https")?);
            continue;
        }
        rows += 1;
        let columns: Vec<_> = line.split('|').map(str::trim).collect();
        if let Err(difference) = run.as_mut().ok_or("a row without a server")?.check(&columns) {
            println!("  DIFFERS: {difference}");
            differences += 1;
        }
    }
    Ok((rows, differences))
}

/// One authorization server, and the validators that check its tokens.
struct Run {
    server: Server,
    clock: TestClock,
    validators: Vec<(&'static str, Validator)>,
    /// The last token from before a rotation.
    retired: Option<String>,
}

impl Run {
    fn start(interpreter: &str, script: &str, https: bool) -> Result<Self> {
        let authority = https.then(CertificateAuthority::new);
        let server = Server::start(interpreter, script, authority.as_ref())?;
        let clock = TestClock::new();
        let build = |strict, authority: Option<&CertificateAuthority>| {
            let builder = Validator::builder()
                .issuer(server.issuer.as_str())
                .audience(AUDIENCE)
                .strict_typ(strict)
                .clock(clock.clone());
            match authority {
                Some(authority) => builder.certificate_authorities(authority.pem()).build(),
                None => builder.build(),
            }
        };
        let validators = vec![
            ("default", build(false, authority.as_ref())?),
            ("strict", build(true, authority.as_ref())?),
            ("untrusting", build(false, None)?),
        ];
        Ok(Self { server, clock, validators, retired: None })
    }

    /// # Errors
    /// Returns how the answer differs from the row.
    fn check(&mut self, columns: &[&str]) -> Result<()> {
        let &[which, client, expected_shape, scope, audience, validator, policy, answer] = columns else {
            return Err("not eight columns".into());
        };
        let audience = if audience == "ours" { AUDIENCE } else { OTHER_AUDIENCE };
        let scope = if scope == "-" { "" } else { scope };
        let token = self.token(which, client, audience, scope)?;
        expect("token", &shape(&token).as_str(), &expected_shape)?;

        self.clock.set_unix_time(SystemTime::UNIX_EPOCH.elapsed()?);
        let request = Request::get("/").header("Authorization", format!("Bearer {token}")).body(())?;
        let asked = find(&self.validators, validator)?;
        let (found, subject) = match asked.authorize(&request, find(POLICIES, policy)?) {
            Ok(accepted) => ((200, "", ""), accepted.and_then(|token| token.subject().map(str::to_owned))),
            Err(refusal) => {
                ((refusal.status().as_u16(), refusal.error_code(), refusal.error_description()), None)
            }
        };
        expect("answer", &found, find(ANSWERS, answer)?)?;
        if answer == "ok" {
            let claimed = decoded(&token, 1);
            expect("subject", &subject.as_deref(), &claimed.get("sub").and_then(Value::as_str))?;
        }
        if validator == "untrusting" {
            let reported = asked.health().issuers.into_iter().find_map(|issuer| issuer.last_error);
            if !reported.as_ref().is_some_and(|reported| reported.contains("AXIOMS_CA_FILE")) {
                return Err(format!("the error does not say what to do: {reported:?}").into());
            }
        }
        Ok(())
    }

    /// The token that a row names: a new one, the first one after a rotation of the keys, or the
    /// last one before it.
    fn token(&mut self, which: &str, client: &str, audience: &str, scope: &str) -> Result<String> {
        match which {
            "new" => self.server.token(client, audience, scope),
            "retired" => self.retired.clone().ok_or_else(|| "no rotation came before".into()),
            "rotated" => {
                let retired = self.server.token(client, audience, scope)?;
                self.server.rotate()?;
                let first = self.server.token(client, audience, scope)?;
                let key = |token: &str| decoded(token, 0).get("kid").cloned();
                if key(&first) == key(&retired) {
                    return Err("the server signs with the same key as before".into());
                }
                self.retired = Some(retired);
                // An unknown key causes at most one fetch in 15 s.
                self.clock.advance(Duration::from_secs(20));
                Ok(first)
            }
            _ => Err(format!("there is no token {which:?}").into()),
        }
    }
}

fn expect<T: PartialEq + Debug>(what: &str, found: &T, expected: &T) -> Result<()> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found:?}, not {expected:?}").into()) }
}

fn find<'t, T>(table: &'t [(&str, T)], word: &str) -> Result<&'t T> {
    let entry = table.iter().find(|(name, _)| *name == word);
    entry.map(|(_, value)| value).ok_or_else(|| format!("there is no {word:?} in the table").into())
}
