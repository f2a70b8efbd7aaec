//! Axioms: `validate`, then `require` with a policy of one scope.

use std::hint::black_box;

use axioms_testing::AUDIENCE;
use axioms_core::{Algorithm, Backend, Policy, Validator};

use crate::{Contender, Field, Result, SCOPE};

pub(crate) fn contenders(field: &Field, algorithm: Algorithm) -> Result<Vec<Contender>> {
    let builder = || Validator::builder().audience(AUDIENCE).issuer(field.issuer.url());
    let first_sight = |name, backend| {
        let validator = builder().token_cache(0).backend(backend).build()?;
        contender(name, validator, vec![field.token(algorithm)])
    };
    Ok(vec![
        first_sight("Axioms, first sight", Backend::AwsLcRs)?,
        first_sight("Axioms on Graviola, first sight", Backend::Graviola)?,
        first_sight("Axioms on jwt-simple, first sight", Backend::JwtSimple)?,
        contender("Axioms, seen before", builder().build()?, vec![field.token(algorithm)])?,
        contender(
            "Axioms, 1,000 tokens seen before",
            builder().build()?,
            (0..1000).map(|_| field.token(algorithm)).collect(),
        )?,
    ])
}

fn contender(name: &'static str, validator: Validator, tokens: Vec<String>) -> Result<Contender> {
    let policy = Policy::builder().any_scopes([SCOPE]).build()?;
    let validate = move |token: &str| {
        validator.validate(black_box(token)).is_ok_and(|token| token.require(&policy).is_ok())
    };
    // Whatever is to be remembered is remembered from here on.
    if !tokens.iter().all(|token| validate(token)) {
        return Err(format!("{name} refuses a token").into());
    }
    let mut next = 0;
    Contender::new(name, move || {
        let token = &tokens[next];
        next = (next + 1) % tokens.len();
        validate(token)
    })
}
