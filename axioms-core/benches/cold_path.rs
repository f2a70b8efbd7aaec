//! What the first sight of a token costs over the signature that nobody can avoid: one full validation, text in and
//! `AccessToken` out with a policy checked, beside the raw verification of the same signature, interleaved in one run.
//!
//! `cargo bench -p axioms-core --features testing --bench cold_path`

use std::hint::black_box;
use std::time::Instant;

use aws_lc_rs::signature::{self, ParsedPublicKey, RsaPublicKeyComponents};
use axioms_core::testing::{AUDIENCE, TestIssuer};
use axioms_core::{Algorithm, Policy, Validator};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const ROUNDS: usize = 400;
const PER_ROUND: u32 = 25;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let algorithms = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];
    let issuer = TestIssuer::builder().algorithms(algorithms).start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build()?;
    let policy = Policy::builder().any_scopes(["read:messages"]).any_roles(["admin"]).build()?;

    println!("{:<8}{:>8}{:>12}{:>12}{:>9}{:>12}", "", "bytes", "raw ns", "full ns", "ratio", "over, ns");
    for algorithm in algorithms {
        let token = token(&issuer, algorithm);
        let (signed, signature) = token.rsplit_once('.').ok_or("a token has dots")?;
        let signature = URL_SAFE_NO_PAD.decode(signature)?;
        let key = raw_key(&issuer, algorithm)?;
        let mut raw = Vec::with_capacity(ROUNDS);
        let mut full = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            raw.push(timed(|| key.verify_sig(black_box(signed.as_bytes()), black_box(&signature)).is_ok()));
            full.push(timed(|| {
                validator.validate(black_box(&token)).is_ok_and(|token| token.require(&policy).is_ok())
            }));
        }
        let (raw, full) = (median(raw), median(full));
        println!(
            "{algorithm:<8}{:>8}{raw:>12.0}{full:>12.0}{:>9.3}{:>12.0}",
            token.len(),
            full / raw,
            full - raw
        );
    }
    Ok(())
}

/// Some 700 bytes, as issuers mint them.
fn token(issuer: &TestIssuer, algorithm: Algorithm) -> String {
    issuer
        .token()
        .algorithm(algorithm)
        .subject("auth0|5f7c8ec7c33c6c004bbafe82")
        .scopes(["openid", "profile", "email", "read:messages"])
        .roles(["admin", "editor"])
        .claim("client_id", "my-web-application")
        .claim("https://example.com/tenant", "7d2c8ec7-c33c-6c00-4bba-fe8200000000")
        .sign()
}

fn raw_key(issuer: &TestIssuer, algorithm: Algorithm) -> Result<ParsedPublicKey, Box<dyn std::error::Error>> {
    let jwk = issuer.key(algorithm).public_jwk();
    let number = |name: &str| {
        let text = jwk.get(name).and_then(|value| value.as_str()).ok_or("a JWK has its numbers")?;
        URL_SAFE_NO_PAD.decode(text).map_err(Box::<dyn std::error::Error>::from)
    };
    Ok(match algorithm {
        Algorithm::RS256 => RsaPublicKeyComponents { n: number("n")?, e: number("e")? }
            .to_parsed_public_key(&signature::RSA_PKCS1_2048_8192_SHA256)?,
        Algorithm::PS256 => RsaPublicKeyComponents { n: number("n")?, e: number("e")? }
            .to_parsed_public_key(&signature::RSA_PSS_2048_8192_SHA256)?,
        Algorithm::ES256 => {
            let point = [vec![4], number("x")?, number("y")?].concat();
            ParsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point)?
        }
        _ => ParsedPublicKey::new(&signature::ED25519, number("x")?)?,
    })
}

/// Nanoseconds per call.
fn timed(mut call: impl FnMut() -> bool) -> f64 {
    let start = Instant::now();
    let mut good = true;
    for _ in 0..PER_ROUND {
        good &= call();
    }
    assert!(black_box(good), "the token of the benchmark is valid");
    start.elapsed().as_secs_f64() * 1e9 / f64::from(PER_ROUND)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
