//! Two signature libraries, one verdict: every token of the attack corpus, and valid ones of every algorithm.

#![cfg(feature = "aws-lc-rs")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a broken test should stop where it broke"
)]

mod common;
#[path = "attacks/corpus/mod.rs"]
mod corpus;

use axioms_core::testing::{SigningKey, TestIssuer};
use axioms_core::{Algorithm, Backend, InvalidToken, Validator, ValidatorBuilder};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{Verdict, invalid, verdict};
use corpus::World;

const BACKENDS: [Backend; 2] = [Backend::AwsLcRs, Backend::JwtSimple];

/// The same configuration with each backend.
fn pair(builder: &ValidatorBuilder) -> [Validator; 2] {
    BACKENDS.map(|backend| builder.clone().backend(backend).build().expect("a sound configuration"))
}

fn verdicts(validators: &[Validator; 2], token: &str) -> [Verdict; 2] {
    [verdict(&validators[0], token), verdict(&validators[1], token)]
}

/// Whether a token is under the key of ES512, the one algorithm that jwt-simple lacks.
fn is_es512(world: &World, token: &str) -> bool {
    let kid = world.issuer.key(Algorithm::ES512).kid().to_owned();
    let header = token.split('.').next().unwrap_or_default();
    URL_SAFE_NO_PAD.decode(header).is_ok_and(|header| String::from_utf8_lossy(&header).contains(&kid))
}

#[test]
fn the_corpus_gets_the_same_verdicts() {
    let world = World::shared();
    let mut compared = 0;
    for table in corpus::tables(world) {
        let validators = pair(&table.builder(world));
        for attack in &table.attacks {
            let tokens = [(&attack.token, attack.expected.is_ok()), (&attack.neighbour, true)];
            for (token, accepted) in tokens.into_iter().filter(|(token, _)| !is_es512(world, token)) {
                let [aws_lc, jwt_simple] = verdicts(&validators, token);
                assert_eq!(aws_lc.is_ok(), accepted, "{} {}: {}", attack.id, table.name, attack.what);
                assert_eq!(aws_lc, jwt_simple, "{} {}: {}", attack.id, table.name, attack.what);
                compared += 1;
            }
        }
    }
    assert!(compared > 600, "the corpus shrank to {compared} tokens");
}

#[test]
fn valid_tokens_of_every_algorithm_get_the_same_verdicts() {
    let world = World::shared();
    let validators = pair(&world.validator());
    for algorithm in Algorithm::ALL {
        for _ in 0..20 {
            let token = world.token().algorithm(algorithm).sign();
            let expected = match algorithm {
                Algorithm::ES512 => [Ok(()), invalid(InvalidToken::UnknownKey)],
                _ => [Ok(()), Ok(())],
            };
            assert_eq!(verdicts(&validators, &token), expected, "{algorithm}");
        }
    }
}

/// Where a signature has a second spelling, as in ECDSA `(r, n - s)`, both libraries must treat it alike too.
#[test]
fn every_flipped_bit_of_a_signature_gets_the_same_verdict() {
    let world = World::shared();
    let validators = pair(&world.validator());
    for algorithm in [Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA] {
        let token = world.token().algorithm(algorithm).sign();
        for bit in (0..512).step_by(7) {
            let flipped = corpus::forge::with_signature(&token, |mut bytes| {
                bytes[bit / 8] ^= 1 << (bit % 8);
                bytes
            });
            let refused = invalid(InvalidToken::Signature);
            assert_eq!(verdicts(&validators, &flipped), [refused.clone(), refused], "{algorithm}, bit {bit}");
        }
    }
}

#[test]
fn an_issuer_with_es512_alone_leaves_jwt_simple_without_keys() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES512]).start();
    let builder = Validator::builder().audience(axioms_core::testing::AUDIENCE).issuer(issuer.url());
    let [aws_lc, jwt_simple] = verdicts(&pair(&builder), &issuer.token().sign());
    assert_eq!(aws_lc, Ok(()));
    assert!(common::lacks_keys(&jwt_simple), "{jwt_simple:?}");
    assert!(builder.backend(Backend::JwtSimple).fail_fast().build().is_err());
}

/// RFC 8032 section 5.1.7 leaves open what becomes of small-order points; a key of one is a signature for anything.
#[test]
fn keys_and_signatures_of_small_order_get_the_same_verdicts() {
    use serde_json::json;

    /// The encodings of the points of order 1, 2, 4 and 8 of edwards25519, most significant byte last.
    const SMALL_ORDER: [&str; 5] = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    ];
    let bytes = |hex: &str| -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|n| u8::from_str_radix(&hex[n..n + 2], 16).unwrap()).collect()
    };
    let world = World::shared();
    for point in SMALL_ORDER.map(bytes) {
        let key = SigningKey::generate(Algorithm::EdDSA).with_kid("small");
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(world.clock.clone()).start();
        issuer.add_jwk(json!({"kty": "OKP", "crv": "Ed25519", "kid": "small", "x": axioms_core::testing::base64url(&point)}));
        let validators = pair(&common::builder(&issuer, &world.clock));
        for r in SMALL_ORDER.map(bytes) {
            // R of small order and S = 0 verify under a key of small order for about one message in eight.
            for _ in 0..16 {
                let token = issuer.token().signed_with(&key).sign();
                let forged = corpus::forge::with_signature(&token, |_| [r.clone(), vec![0; 32]].concat());
                for (backend, verdict) in BACKENDS.iter().zip(verdicts(&validators, &forged)) {
                    assert!(verdict.is_err(), "{backend:?} accepts a signature that needs no secret");
                }
            }
        }
    }
}
