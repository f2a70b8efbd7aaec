//! The traffic of one lap: one wrk for each kind of token, and the expected answers.

use axioms_testing::{SigningKey, TestIssuer, TokenBuilder};
use load::{Result, Server, Wrk, write_tokens};

use crate::LAP;
use crate::issuer::Keys;

/// The load of one kind of token.
pub(crate) struct Run {
    name: &'static str,
    right: &'static [u16],
    wrk: Wrk,
}

/// Starts the load of one lap. A token that no key verifies gets 503 while the issuer cannot say
/// whether its key is new or was replaced under its `kid`.
pub(crate) fn start(server: &Server, issuer: &TestIssuer, keys: &Keys<'_>) -> Result<Vec<Run>> {
    let under = |key: &SigningKey| issuer.token().signed_with(key).scopes(["read:messages"]);
    let valid = || under(&keys.current);
    let forger = |key: &SigningKey| SigningKey::generate(key.algorithm()).with_kid(key.kid());
    let long = valid().claim("padding", "a".repeat(20 * 1024));
    let invented = (0..200).map(|n| valid().header("kid", format!("invented-{n}")).sign());
    let mut traffic: Vec<(_, &[u16], u32, Vec<String>)> = vec![
        (
            "cached",
            &[200],
            8,
            many(100, valid).into_iter().chain(many(100, || under(&keys.previous))).collect(),
        ),
        // More than fit the cache.
        ("new", &[200], 2, many(5000, valid)),
        ("without the scope", &[403], 1, many(8, || valid().scopes(["read:nothing"]))),
        ("expired", &[401], 1, many(8, || valid().expired())),
        ("for another audience", &[401], 1, many(8, || valid().audience("https://other.example.com"))),
        ("forged", &[401, 503], 1, many(8, || valid().signed_with(&forger(&keys.current)))),
        (
            "malformed",
            &[400, 401],
            1,
            ["x", "a.b.c", "not a token", "e30.e30.", "\u{7f}", ""].map(str::to_owned).into(),
        ),
        ("oversized", &[400, 401], 1, many(1, || long.clone())),
        ("of an unknown key", &[401, 503], 2, invented.collect()),
    ];
    if let Some(key) = &keys.leaving {
        traffic.push(("of a key being withdrawn", &[200, 401, 503], 1, many(8, || under(key))));
    }
    if let Some(key) = &keys.withdrawn {
        traffic.push(("of a withdrawn key", &[401, 503], 1, many(8, || under(key))));
    }
    let start = |(name, right, connections, tokens)| {
        let tokens = write_tokens(name, tokens)?;
        Ok(Run { name, right, wrk: Wrk::start(server, &tokens, connections, LAP, true)? })
    };
    traffic.into_iter().map(start).collect()
}

fn many(count: usize, token: impl Fn() -> TokenBuilder) -> Vec<String> {
    (0..count).map(|_| token().sign()).collect()
}

impl Run {
    /// Waits for the end of the lap. Returns what is wrong, if anything.
    pub(crate) fn finish(self) -> Result<Option<String>> {
        let answers = self.wrk.finish()?;
        let Self { name, right, .. } = self;
        println!("  {name:<26} {:?}, {} lost, p99 {} us", answers.statuses, answers.lost, answers.p99);
        let wrong = answers.lost > 0 || answers.statuses.keys().any(|status| !right.contains(status));
        Ok(wrong.then(|| format!("tokens {name}: {answers:?}, not {right:?}")))
    }
}
