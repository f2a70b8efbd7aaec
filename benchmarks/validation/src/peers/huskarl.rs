//! huskarl-resource-server: `validate_request` of its validator for RFC 9068.

use std::hint::black_box;

use axioms_core::Algorithm;
use axioms_testing::AUDIENCE;
use http::{HeaderMap, Method, StatusCode, Uri, header};
use huskarl_resource_server::core::Error;
use huskarl_resource_server::core::http::{HttpClient, HttpResponse, Idempotency};
use huskarl_resource_server::core::platform::MaybeSendBoxFuture;
use huskarl_resource_server::validator::rfc9068::Rfc9068Validator;
use serde::Deserialize;

use super::{grants, ready};
use crate::{Contender, Field, Result};

pub(crate) fn contender(field: &Field, algorithm: Algorithm) -> Result<Contender> {
    let validator = Rfc9068Validator::builder()
        .with_claims::<Rest>()
        .issuer(field.issuer.url())
        .audience(AUDIENCE)
        .jwks_uri(field.issuer.jwks_url().parse()?)
        .jwks_source(Keys(field.issuer.jwks()))
        .build();
    let validator = field.runtime.block_on(validator)?;
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, format!("Bearer {}", field.token(algorithm).sign()).parse()?);
    let uri: Uri = "https://api.example.com/messages".parse()?;
    Contender::new("huskarl-resource-server", move || {
        let result = ready(validator.validate_request(black_box(&headers), &Method::GET, &uri, None));
        let claims = result.outcome.ok().flatten().map(|request| request.claims);
        claims.is_some_and(|claims| claims.scope.is_some_and(|scope| grants(&scope)))
    })
}

/// Claims that the profile does not name: none are read.
#[derive(Clone, Deserialize)]
struct Rest {}

/// Answers every request with the key set, so that no HTTP client is needed.
struct Keys(String);

impl HttpClient for Keys {
    fn execute(
        &self,
        _: http::Request<bytes::Bytes>,
        _: Idempotency,
    ) -> MaybeSendBoxFuture<'_, std::result::Result<HttpResponse, Error>> {
        let body = self.0.clone().into();
        Box::pin(async { Ok(HttpResponse { status: StatusCode::OK, headers: HeaderMap::new(), body }) })
    }
}
