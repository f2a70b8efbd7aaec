//! Every signature library gives the same verdict on every token of the attack corpus, and on valid
//! tokens of every algorithm.

use axioms_core::{Algorithm, Backend, InvalidToken, Validator, ValidatorBuilder};
use axioms_testing::{AUDIENCE, SigningKey, TestIssuer, base64url};

use crate::attacks::corpus::{self, World, forge};
use crate::common::{self, BACKENDS, Verdict, invalid, verdict};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

/// One validator per backend, with the same settings.
struct Validators(Vec<(Backend, Validator)>);

impl Validators {
    fn new(builder: &ValidatorBuilder) -> Self {
        let build = |backend| builder.clone().backend(backend).build().expect("a valid configuration");
        Self(BACKENDS.iter().map(|backend| (*backend, build(*backend))).collect())
    }

    /// Asserts that all backends give one verdict.
    fn agree(&self, token: &str, expected: &Verdict, what: &str) {
        self.judge(token, |_| expected.clone(), what);
    }

    fn judge(&self, token: &str, expected: impl Fn(Backend) -> Verdict, what: &str) {
        for (backend, validator) in &self.0 {
            assert_eq!(verdict(validator, token), expected(*backend), "{backend:?}: {what}");
        }
    }
}

/// Whether a token names the key of ES512, which only aws-lc-rs supports.
fn is_es512(world: &World, token: &str) -> bool {
    let kid = world.issuer.key(Algorithm::ES512).kid().to_owned();
    let header = token.split('.').next().unwrap_or_default();
    URL_SAFE_NO_PAD.decode(header).is_ok_and(|header| String::from_utf8_lossy(&header).contains(&kid))
}

fn without_es512(backend: Backend) -> Verdict {
    match backend {
        Backend::AwsLcRs => Ok(()),
        _ => invalid(InvalidToken::Algorithm),
    }
}

#[test]
fn the_corpus_gets_the_same_verdicts() {
    let world = World::shared();
    let mut compared = 0;
    for table in corpus::tables(world) {
        let validators = Validators::new(&table.builder(world));
        for attack in &table.attacks {
            let what = format!("{} {}: {}", attack.id, table.name, attack.what);
            let tokens = [(&attack.token, attack.expected.is_ok()), (&attack.neighbour, true)];
            for (token, accepted) in tokens.into_iter().filter(|(token, _)| !is_es512(world, token)) {
                let expected = verdict(&validators.0[0].1, token);
                assert_eq!(expected.is_ok(), accepted, "{what}");
                validators.agree(token, &expected, &what);
                compared += 1;
            }
        }
    }
    assert!(compared > 600, "the corpus shrank to {compared} tokens");
}

#[test]
fn valid_tokens_of_every_algorithm_get_the_same_verdicts() {
    let world = World::shared();
    let validators = Validators::new(&world.validator());
    for algorithm in Algorithm::ALL.iter().copied() {
        for _ in 0..20 {
            let token = world.token().algorithm(algorithm).sign();
            match algorithm {
                Algorithm::ES512 => validators.judge(&token, without_es512, algorithm.name()),
                _ => validators.agree(&token, &Ok(()), algorithm.name()),
            }
        }
    }
}

/// If a signature has a second valid form, as in ECDSA `(r, n - s)`, all libraries must give it the
/// same verdict.
#[test]
fn every_flipped_bit_of_a_signature_gets_the_same_verdict() {
    let world = World::shared();
    let validators = Validators::new(&world.validator());
    let refused = invalid(InvalidToken::Signature);
    for algorithm in
        [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA]
    {
        let token = world.token().algorithm(algorithm).sign();
        for bit in (0..512).step_by(7) {
            let flipped = forge::with_signature(&token, |mut bytes| {
                bytes[bit / 8] ^= 1 << (bit % 8);
                bytes
            });
            validators.agree(&flipped, &refused, &format!("{algorithm}, bit {bit}"));
        }
    }
}

#[test]
fn a_backend_without_es512_has_no_key_of_an_es512_issuer() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES512]).start();
    let builder = Validator::builder().audience(AUDIENCE).issuer(issuer.url());
    Validators::new(&builder).judge(&issuer.token().sign(), without_es512, "ES512");

    for backend in BACKENDS.iter().filter(|backend| **backend != Backend::AwsLcRs) {
        let lacking = builder.clone().backend(*backend);
        assert!(lacking.clone().fail_fast(true).build().is_err(), "{backend:?}");
        let problem = lacking.algorithms([Algorithm::ES512]).build().unwrap_err().to_string();
        assert!(problem.contains("the signature backend does not support it"), "{backend:?}: {problem}");
    }
}

#[test]
fn rsa_keys_up_to_4096_bits_serve_all() {
    for bits in [2048, 3072, 4096] {
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
        let key = SigningKey::generate_rsa(Algorithm::RS256, bits);
        issuer.add_jwk(key.public_jwk());
        let builder = Validator::builder().audience(AUDIENCE).issuer(issuer.url());
        let token = issuer.token().signed_with(&key).sign();
        Validators::new(&builder).agree(&token, &Ok(()), &format!("{bits} bits"));
    }
}

/// jwt-simple supports RSA keys up to 4096 bits: a larger one is skipped, and the other keys serve.
#[test]
fn a_larger_rsa_key_is_refused_cleanly_by_jwt_simple() {
    for bits in [4104, 8192] {
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
        let n = base64url(vec![0xa5; bits / 8]);
        issuer.add_jwk(json!({"kty": "RSA", "kid": "rsa", "alg": "RS256", "n": n, "e": "AQAB"}));
        let token = issuer.token().header("alg", "RS256").header("kid", "rsa").sign();
        let token = forge::with_signature(&token, |_| vec![0xa5; bits / 8]);
        let validators = Validators::new(&Validator::builder().audience(AUDIENCE).issuer(issuer.url()));
        let expected = |backend| match backend {
            #[cfg(feature = "jwt-simple")]
            Backend::JwtSimple => invalid(InvalidToken::UnknownKey),
            _ => invalid(InvalidToken::Signature),
        };
        validators.judge(&token, expected, &format!("{bits} bits"));
        validators.agree(&issuer.token().sign(), &Ok(()), "the issuer's own key");
    }
}

/// With a key of small order, R of small order and S = 0 verify for about one message in eight.
#[test]
fn no_backend_accepts_a_signature_that_needs_no_secret() {
    let world = World::shared();
    let stranger = SigningKey::generate(Algorithm::EdDSA).with_kid("small");
    for key in forge::small_order_points() {
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(world.clock.clone()).start();
        issuer.add_jwk(json!({"kty": "OKP", "crv": "Ed25519", "kid": "small", "x": base64url(&key)}));
        let validators = Validators::new(&common::builder(&issuer, &world.clock));
        for r in forge::small_order_points() {
            for _ in 0..8 {
                let token = issuer.token().signed_with(&stranger).sign();
                let forged = forge::with_signature(&token, |_| [r.clone(), vec![0; 32]].concat());
                validators.agree(&forged, &invalid(InvalidToken::UnknownKey), &base64url(&key));
            }
        }
    }
}
