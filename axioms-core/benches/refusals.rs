//! What refusing a token costs, beside accepting one: `refusals <rounds> <silent|logged>` prints nanoseconds per token,
//! round by round, as JSON. A refusal is also an event: nobody listens to it, or a subscriber formats it.

use std::hint::black_box;

use axioms_core::testing::{AUDIENCE, SigningKey, TestIssuer};
use axioms_core::{Algorithm, Validator};
use common::{Case, measure};
use serde_json::json;

mod common;

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
