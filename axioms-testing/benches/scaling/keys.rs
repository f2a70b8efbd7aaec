//! Many keys in the JWK Set.

use std::hint::black_box;
use std::time::Instant;

use axioms_core::Algorithm;
use axioms_testing::SigningKey;
use serde_json::{Value, json};

use crate::{Result, issuer, resident, validator};

/// How many validators share the growth of the memory, which is counted in pages.
const VALIDATORS: usize = 40;
/// Validations of one measurement.
const TOKENS: u32 = 100;

/// How long it takes to build a validator, which fetches and parses the keys, and to validate with one of them.
pub(crate) fn measure(number: usize, rounds: usize) -> Result<Value> {
    let issuer = issuer(Algorithm::ES256);
    let mut keys: Vec<Value> =
        (1..number).map(|_| SigningKey::generate(Algorithm::ES256).public_jwk()).collect();
    keys.push(issuer.key(Algorithm::ES256).public_jwk());
    issuer.set_jwks(json!({ "keys": keys }).to_string());
    let build = || validator(&issuer).token_cache(0).build();

    let first = build()?;
    let before = resident();
    let many = (0..VALIDATORS).map(|_| build()).collect::<std::result::Result<Vec<_>, _>>()?;
    let growth =
        resident().zip(before).map(|(after, before)| after.saturating_sub(before) / VALIDATORS as u64);
    drop(many);

    let token = issuer.token().scopes(["read:messages"]).sign();
    let (mut builds, mut validations) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let start = Instant::now();
        let validator = build()?;
        builds.push(start.elapsed().as_secs_f64() * 1e9);
        drop(validator);
        let start = Instant::now();
        for _ in 0..TOKENS {
            assert!(first.validate(black_box(&token)).is_ok(), "the token is valid");
        }
        validations.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(TOKENS));
    }
    Ok(json!({
        "number": number,
        "document": issuer.jwks().len(),
        "build_ns": builds,
        "validation_ns": validations,
        "resident_growth": growth,
    }))
}
