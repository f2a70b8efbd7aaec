//! What refusing a token costs, beside accepting one: `refusals <rounds> <silent|logged>` prints nanoseconds per token,
//! round by round, as JSON. A refusal is also an event: nobody listens to it, or a subscriber formats it.

use std::hint::black_box;

use axioms_core::{Algorithm, Validator};
use axioms_testing::{AUDIENCE, SigningKey, TestIssuer};
use common::{Case, measure};
use serde_json::json;

mod common;

/// What costs most to read and yet passes, of the length that a token may have: payloads full of the smallest parts, in
/// claims that nobody reads and in claims that are read.
fn worst_payloads(issuer: &str) -> Vec<(&'static str, String)> {
    let open = format!(r#"{{"iss":"{issuer}","aud":"{AUDIENCE}","sub":"user-1","exp":4102444800,"jti":"j""#);
    let list = |claim: &str, item: &str, count: usize| {
        format!(r#"{open},"{claim}":[{}]}}"#, vec![item; count].join(","))
    };
    let members = |count: usize, name: fn(usize) -> String| {
        let members: Vec<_> = (0..count).map(|n| format!("{}:1", name(n))).collect();
        format!("{open},{}}}", members.join(","))
    };
    let escapes = |claim: &str| format!(r#"{open},"{claim}":"{}"}}"#, r"\u0061".repeat(1200));
    let worst = [
        ("worst: 1,200 permissions", list("permissions", r#""p""#, 1200)),
        ("worst: 5,000 permissions", list("permissions", "1", 5000)),
        ("worst: 1,200 empty arrays", list("a", "[]", 1200)),
        ("worst: 300 objects", list("a", r#"{"a":1}"#, 300)),
        ("worst: 200 claims", members(200, |n| format!(r#""c{n}""#))),
        ("worst: 47 claims, escaped", members(47, |n| format!(r#""\u0063{n}""#))),
        ("worst: 1,100 claims", members(1100, |n| format!(r#""{n}""#))),
        ("worst: 1,200 escapes", escapes("jwt")),
        ("worst: 400 escapes in a name", format!(r#"{open},"{}":1}}"#, r"\u0061".repeat(400))),
        ("worst: 90 objects of four", list("a", r#"{"aa":1,"ab":1,"ac":1,"ad":1}"#, 90)),
        ("worst: a number of 11,000 digits", format!(r#"{open},"n":{}}}"#, "1".repeat(11_000))),
    ];
    // What is left of the length is text, which costs its base64.
    worst
        .map(|(name, payload)| {
            let padding = "x".repeat(11_500_usize.saturating_sub(payload.len()));
            (name, format!(r#"{},"pad":"{padding}"}}"#, payload.trim_end_matches('}')))
        })
        .into()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [rounds, events] = arguments.as_slice() else {
        eprintln!("usage: refusals <rounds> <silent|logged>");
        return Ok(());
    };
    let issuer = TestIssuer::builder().algorithms([Algorithm::RS256]).start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).token_cache(0).build()?;
    let remembering = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build()?;
    if events == "logged" {
        tracing_subscriber::fmt().with_writer(std::io::sink).init();
    }

    let token = || {
        let scopes = ["openid", "profile", "email", "read:messages"];
        let token = issuer
            .token()
            .subject("auth0|5f7c8ec7c33c6c004bbafe82")
            .scopes(scopes)
            .roles(["admin", "editor"]);
        token.claim("https://example.com/tenant", "7d2c8ec7-c33c-6c00-4bba-fe8200000000")
    };
    let stranger = SigningKey::generate(Algorithm::RS256);
    let good = token().sign();
    let forged = token().signed_with(&stranger.clone().with_kid(issuer.key(Algorithm::RS256).kid())).sign();
    let deep = format!(r#"{{"iss":"{}","deep":{}"#, issuer.url(), "[".repeat(8000));
    let refused = [
        ("garbage of 700 bytes", "x".repeat(700)),
        ("17 KB", "e".repeat(17 * 1024)),
        ("1 MB", "e".repeat(1024 * 1024)),
        ("`alg` is none", token().unsigned()),
        ("`alg` is HS256", token().sign_hs256(b"secret")),
        ("JSON 8,000 levels deep", token().raw_payload(deep).sign()),
        ("another issuer", token().issuer("https://issuer.example.com").sign()),
        ("expired", token().expired().sign()),
        ("another audience", token().audience("https://other.example.com").sign()),
        ("unknown `kid`, within the cool-down", token().signed_with(&stranger).sign()),
        ("a forged signature", forged.clone()),
    ];
    let worst = worst_payloads(issuer.url());
    let worst = worst.into_iter().map(|(name, payload)| {
        // Every check passes but the last before the signature: the kid is one that nobody has.
        (name, token().signed_with(&stranger).raw_payload(payload).sign())
    });
    let refused: Vec<_> = refused.into_iter().chain(worst).collect();
    let mut cases = vec![Case::new("accepted, first sight", || validator.validate(black_box(&good)).is_ok())];
    for (name, token) in &refused {
        cases.push(Case::new(name, || validator.validate(black_box(token)).is_err()));
    }
    // Where verified tokens are kept, refused ones are not: the same forgery costs its verification each time.
    cases.push(Case::new("a forged signature, tokens kept", || {
        remembering.validate(black_box(&forged)).is_err()
    }));
    let cases = measure(cases, rounds.parse()?);
    let stats = remembering.stats();
    println!("{}", json!({ "cases": cases, "kept": stats.cache_bytes, "hits": stats.cache_hits }));
    Ok(())
}
