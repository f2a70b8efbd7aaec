//! jwt-authorizer: `check_auth` of an authorizer that has fetched the keys.

use std::hint::black_box;

use axioms_core::Algorithm;
use axioms_testing::AUDIENCE;
use jwt_authorizer::{JwtAuthorizer, Validation};

use super::{Claims, grants, ready};
use crate::{Contender, Field, Result};

pub(crate) fn contender(field: &Field, algorithm: Algorithm) -> Result<Contender> {
    let rules = Validation::new().iss(&[field.issuer.url()]).aud(&[AUDIENCE]).exp(true).nbf(true);
    let authorizer = JwtAuthorizer::<Claims>::from_jwks_url(&field.issuer.jwks_url()).validation(rules);
    let authorizer = field.runtime.block_on(authorizer.build())?;
    let token = field.token(algorithm).sign();
    // The first call fetches.
    field
        .runtime
        .block_on(authorizer.check_auth(&token))
        .map_err(|error| format!("jwt-authorizer: {error}"))?;
    Contender::new("jwt-authorizer", move || {
        ready(authorizer.check_auth(black_box(&token))).is_ok_and(|token| grants(&token.claims.scope))
    })
}
