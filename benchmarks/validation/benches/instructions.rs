//! Instructions of one validation with one scope checked, counted by callgrind. They vary less than
//! times on a busy machine.

use std::hint::black_box;

use axioms_core::{Algorithm, Policy, Validator};
use axioms_testing::{AUDIENCE, SigningKey};
use gungraun::{library_benchmark, library_benchmark_group, main};
use validation::{Field, SCOPE};

/// How the token differs from a plain one.
#[derive(Clone, Copy, PartialEq)]
enum Token {
    New,
    Cached,
    /// Its `kid` is unknown, within the cool-down.
    Unknown,
}

struct Case {
    validator: Validator,
    policy: Policy,
    token: String,
    _field: Field,
}

fn prepare(algorithm: Algorithm, kind: Token) -> Case {
    let field = Field::new(&[algorithm]).expect("a runtime");
    let validator = Validator::builder().audience(AUDIENCE).issuer(field.issuer.url());
    let validator = if kind == Token::New { validator.token_cache(0) } else { validator };
    let validator = validator.build().expect("the settings are good");
    let policy = Policy::builder().any_scopes([SCOPE]).build().expect("the policy is good");
    let stranger = SigningKey::generate(algorithm);
    let token = field.token(algorithm);
    let token = if kind == Token::Unknown { token.signed_with(&stranger) } else { token }.sign();
    // The first validation fetches, and initializes what is initialized once.
    for _ in 0..2 {
        assert_ne!(
            validator.validate(&token).is_ok(),
            kind == Token::Unknown,
            "only an unknown key is refused"
        );
    }
    Case { validator, policy, token, _field: field }
}

#[library_benchmark(setup = prepare)]
#[bench::rs256_new(Algorithm::RS256, Token::New)]
#[bench::rs256_cached(Algorithm::RS256, Token::Cached)]
#[bench::rs256_unknown(Algorithm::RS256, Token::Unknown)]
#[bench::ps256_new(Algorithm::PS256, Token::New)]
#[bench::es256_new(Algorithm::ES256, Token::New)]
#[bench::es256_cached(Algorithm::ES256, Token::Cached)]
#[bench::es256_unknown(Algorithm::ES256, Token::Unknown)]
#[bench::eddsa_new(Algorithm::EdDSA, Token::New)]
fn validate(case: Case) -> Case {
    let token = case.validator.validate(black_box(&case.token));
    black_box(token.is_ok_and(|token| token.require(&case.policy).is_ok()));
    // Returned, so that dropping the validator is not counted.
    case
}

library_benchmark_group!(name = instructions, benchmarks = validate);
main!(library_benchmark_groups = instructions);
