//! Axioms: `validate`, then `require` with a policy of one scope.

use std::hint::black_box;

use axioms_core::{Algorithm, Policy, Validator};
use axioms_testing::AUDIENCE;

use crate::{Contender, Field, Result, SCOPE};

pub(crate) fn contenders(field: &Field, algorithm: Algorithm) -> Result<Vec<Contender>> {
    let builder = || Validator::builder().audience(AUDIENCE).issuer(field.issuer.url());
    let tokens = |count| (0..count).map(|_| field.token(algorithm).sign()).collect();
    #[cfg_attr(not(feature = "peers"), expect(unused_mut, reason = "the peers enable other backends"))]
    let mut contenders = vec![
        contender("Axioms, new token", builder().token_cache(0).build()?, tokens(1))?,
        contender("Axioms, cached token", builder().build()?, tokens(1))?,
        contender("Axioms, 1,000 cached tokens", builder().build()?, tokens(1000))?,
    ];
    #[cfg(feature = "peers")]
    for (name, backend) in [
        ("Axioms on Graviola, new token", axioms_core::Backend::Graviola),
        ("Axioms on jwt-simple, new token", axioms_core::Backend::JwtSimple),
    ] {
        contenders.push(contender(name, builder().token_cache(0).backend(backend).build()?, tokens(1))?);
    }
    Ok(contenders)
}

fn contender(name: &'static str, validator: Validator, tokens: Vec<String>) -> Result<Contender> {
    let policy = Policy::builder().any_scopes([SCOPE]).build()?;
    let validate = move |token: &str| {
        validator.validate(black_box(token)).is_ok_and(|token| token.require(&policy).is_ok())
    };
    // From here on, the cache holds every token.
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
