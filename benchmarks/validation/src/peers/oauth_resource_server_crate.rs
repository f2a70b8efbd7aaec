//! oauth-resource-server: `validate` of a validator that demands the scope.

use std::hint::black_box;

use axioms_core::Algorithm;
use axioms_testing::AUDIENCE;
use oauth_resource_server::{KeyNaming, OAuthConfig, OAuthValidator};

use super::ready;
use crate::{ALGORITHMS, Contender, Field, Result, SCOPE};

pub(crate) fn contender(field: &Field, algorithm: Algorithm) -> Result<Contender> {
    let config = OAuthConfig {
        enabled: true,
        issuer: field.issuer.url().to_owned(),
        jwks_uri: Some(field.issuer.jwks_url()),
        audience: AUDIENCE.to_owned(),
        resource: AUDIENCE.to_owned(),
        required_scope: Some(SCOPE.to_owned()),
        algorithms: ALGORITHMS.map(|algorithm| algorithm.name().to_owned()).into(),
        ..OAuthConfig::default()
    };
    let config = config.resolve(KeyNaming::Dotted("oauth"))?.ok_or("it is enabled")?;
    let validator = OAuthValidator::builder(&config).initial_jwks(&field.issuer.jwks()).build()?;
    let token = field.token(algorithm).sign();
    Contender::new("oauth-resource-server", move || ready(validator.validate(black_box(&token))).is_ok())
}
