//! So many validations and nothing else, for a profiler that counts instructions: `profile <algorithm> <cold|hit|unknown>
//! <count>`, of a token that is new, one that was seen before, or one whose `kid` is unknown within the cool-down.

use std::hint::black_box;

use axioms_core::{Algorithm, Policy, Validator};
use axioms_testing::{AUDIENCE, SigningKey, TestIssuer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [algorithm, way, count] = arguments.as_slice() else {
        // `cargo test --benches` runs it too.
        eprintln!("usage: profile <algorithm> <cold|hit|unknown> <count>");
        return Ok(());
    };
    let algorithm =
        Algorithm::ALL.iter().copied().find(|known| known.name() == algorithm).ok_or("no such algorithm")?;
    let issuer = TestIssuer::builder().algorithms([algorithm]).start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url());
    let validator = if way == "cold" { validator.token_cache(0) } else { validator }.build()?;
    let policy = Policy::builder().any_scopes(["read:messages"]).build()?;
    let token = issuer
        .token()
        .subject("auth0|5f7c8ec7c33c6c004bbafe82")
        .scopes(["openid", "profile", "email", "read:messages"])
        .roles(["admin", "editor"])
        .claim("client_id", "my-web-application")
        .claim("https://example.com/tenant", "7d2c8ec7-c33c-6c00-4bba-fe8200000000");
    let unknown = way == "unknown";
    let token = if unknown { token.signed_with(&SigningKey::generate(algorithm)) } else { token }.sign();
    // The first one fetches, verifies and is kept: all that is done once.
    assert_ne!(validator.validate(&token).is_ok(), unknown, "{way}");
    for _ in 0..count.parse()? {
        validate(&validator, &policy, black_box(&token));
    }
    Ok(())
}

/// One symbol, for a profiler to start and stop at.
#[inline(never)]
fn validate(validator: &Validator, policy: &Policy, token: &str) -> bool {
    validator.validate(token).is_ok_and(|token| token.require(policy).is_ok())
}
