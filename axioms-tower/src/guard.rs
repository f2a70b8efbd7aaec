//! The checks of a request, for layers and for a framework's extractors.
//!
//! Each uses the validator installed by a [`ValidatorLayer`](crate::ValidatorLayer), refuses the
//! request if there is none, and keeps the token for later guards of the same request.

use axioms_core::http::request::Parts;
use axioms_core::{AccessToken, Policy, Refusal};

use crate::installed::Installed;

/// The message that a handler's guard logs if it finds no validator.
const NO_LAYER_AROUND_ROUTE: &str = "no ValidatorLayer is around this handler. Add \
    `.layer(ValidatorLayer::new(validator))` to the router after its last route: `Router::layer` covers only the routes that were added before it. With axum and the validator in the router's state, import `axioms_axum::state::requires` instead of `axioms_axum::requires`, or use `FromState<...>`";

/// The message that a layer logs if it finds no validator.
const NO_LAYER_AROUND_LAYER: &str = "no ValidatorLayer is around this RequireLayer. With \
    `Router::layer`, the layer added last is the outermost, so add the ValidatorLayer after the RequireLayer. In a `ServiceBuilder`, the first layer is the outermost, so put the ValidatorLayer before the RequireLayer";

/// Requires a valid token with any claims.
///
/// If an earlier guard of the same request verified the token, it is returned without another
/// check, as long as the `Authorization` header is unchanged. If a middleware has changed or
/// removed the header, the request is checked again with its current headers.
///
/// # Errors
/// A [`Refusal`], as for [`Validator::authenticate`](axioms_core::Validator::authenticate), and
/// also if no [`ValidatorLayer`](crate::ValidatorLayer) is around the service.
///
/// # Examples
/// ```
/// use axioms_tower::http::{Request, Response};
/// use axioms_tower::{authenticate, response};
///
/// async fn whoami<B>(request: Request<B>) -> Response<String> {
///     let (mut parts, _body) = request.into_parts();
///     match authenticate(&mut parts).await {
///         Ok(token) => Response::new(token.subject().unwrap_or("a service").to_owned()),
///         Err(refusal) => response(refusal),
///     }
/// }
/// ```
pub async fn authenticate(parts: &mut Parts) -> Result<AccessToken, Refusal> {
    let installed = Installed::find(&parts.extensions, NO_LAYER_AROUND_ROUTE)?;
    let result = match installed.verified(&parts.headers) {
        Some(token) => return Ok(token.clone()),
        None => installed.validator().authenticate_async(&*parts).await,
    };
    note(parts, result.as_ref().map(Some));
    result
}

/// Returns the request's token, or `None` if it has no credentials. Bad credentials are refused.
///
/// # Errors
/// As for [`authenticate`], except that requests without credentials are accepted.
pub async fn authenticate_if_present(parts: &mut Parts) -> Result<Option<AccessToken>, Refusal> {
    let installed = Installed::find(&parts.extensions, NO_LAYER_AROUND_ROUTE)?;
    let result = match installed.verified(&parts.headers) {
        Some(token) => return Ok(Some(token.clone())),
        None => installed.validator().authenticate_if_present_async(&*parts).await,
    };
    note(parts, result.as_ref().map(Option::as_ref));
    result
}

/// Checks a request against a policy, for a handler's guard. As with [`authenticate`], a token that
/// an earlier guard verified is not verified again; the policy is always evaluated.
///
/// # Errors
/// A [`Refusal`], as for [`Validator::authorize`](axioms_core::Validator::authorize), and also if
/// no [`ValidatorLayer`](crate::ValidatorLayer) is around the service.
pub async fn authorize(parts: &mut Parts, policy: &Policy) -> Result<Option<AccessToken>, Refusal> {
    let installed = Installed::find(&parts.extensions, NO_LAYER_AROUND_ROUTE)?;
    let result = match installed.verified(&parts.headers) {
        Some(token) => match token.require_for(&parts.method, policy) {
            Ok(()) => Ok(Some(token.clone())),
            Err(denied) => Err(denied.into()),
        },
        None => installed.validator().authorize_async(&*parts, policy).await,
    };
    note(parts, result.as_ref().map(Option::as_ref));
    result
}

/// Checks a request against a policy, for a layer. Unlike [`authorize`], it accepts the configured
/// [safe methods](axioms_core::ValidatorBuilder::safe_methods), of which there are none by default.
pub(crate) async fn admit(parts: &mut Parts, policy: &Policy) -> Result<(), Refusal> {
    let installed = Installed::find(&parts.extensions, NO_LAYER_AROUND_LAYER)?;
    let result = installed.validator().admit_async(&*parts, policy).await;
    note(parts, result.as_ref().map(Option::as_ref));
    result.map(drop)
}

/// Records the outcome of a check for later guards and for the layers around them.
fn note(parts: &mut Parts, outcome: Result<Option<&AccessToken>, &Refusal>) {
    let Some(installed) = parts.extensions.get_mut::<Installed>() else { return };
    match outcome {
        Ok(Some(token)) => installed.remember(&parts.headers, token),
        Ok(None) => {}
        Err(_) => installed.refuse(),
    }
}
