//! tower-oauth2-resource-server: its layer around a service that checks the scope.

use std::convert::Infallible;

use axioms_core::Algorithm;
use axioms_testing::AUDIENCE;
use http::{Request, Response, header};
use tower::{Layer as _, Service as _};
use tower_oauth2_resource_server::server::OAuth2ResourceServer;
use tower_oauth2_resource_server::tenant::TenantConfiguration;
use tower_oauth2_resource_server::validation::ClaimsValidationSpec;

use super::{Claims, grants, ready};
use crate::{Contender, Field, Result};

pub(crate) fn contender(field: &Field, algorithm: Algorithm) -> Result<Contender> {
    let rules =
        ClaimsValidationSpec::new().iss(field.issuer.url()).aud(&[AUDIENCE.to_owned()].into()).exp(true);
    let tenant = TenantConfiguration::static_builder(field.issuer.jwks()).claims_validation(rules).build()?;
    let server =
        field.runtime.block_on(OAuth2ResourceServer::<Claims>::builder().add_tenant(tenant).build())?;
    let mut service = server.into_layer::<()>().layer(tower::service_fn(async |request: Request<()>| {
        let granted = request.extensions().get::<Claims>().is_some_and(|claims| grants(&claims.scope));
        let status = if granted { 200 } else { 403 };
        Ok::<_, Infallible>(Response::builder().status(status).body(()).expect("a status is a response"))
    }));
    let bearer = format!("Bearer {}", field.token(algorithm).sign());
    let request = Request::builder().header(header::AUTHORIZATION, bearer).body(())?;
    Contender::of_requests(
        "tower-oauth2-resource-server",
        move || request.clone(),
        move |request| ready(service.call(request)).is_ok_and(|response| response.status() == 200),
    )
}
