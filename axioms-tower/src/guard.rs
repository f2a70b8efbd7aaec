//! The checks of a request, for layers and for the extractors of a framework.
//!
//! Each takes the validator that a [`ValidatorLayer`](crate::ValidatorLayer) installed, refuses every request where there is
//! none, and keeps the token for the next guard of the same request.

use axioms_core::http::request::Parts;
use axioms_core::{AccessToken, Policy, Refusal};

use crate::installed::Installed;

/// What a handler's guard logs where it finds no validator.
const NO_LAYER_AROUND_ROUTE: &str = "no ValidatorLayer is around this handler. Add \
     `.layer(ValidatorLayer::new(validator))` to the router after its last route: `Router::layer` covers the routes \
     that were added before it, and no later one. With axum and the validator in the router's state, import \
     `axioms_axum::state::requires` in place of `axioms_axum::requires`, or take `FromState<...>`";

/// What a layer logs where it finds no validator.
const NO_LAYER_AROUND_LAYER: &str = "no ValidatorLayer is around this RequireLayer. With `Router::layer` the layer added \
     last is the outermost, so add the ValidatorLayer after the RequireLayer; in a `ServiceBuilder` the first is the \
     outermost, so put the ValidatorLayer before it";

/// Demands a valid token of a request, whatever its claims.
///
/// A token that a guard of the same request verified is returned at no further cost, as long as the request's
/// `Authorization` header is the one that the token was read from. Where a middleware has changed or removed the header,
/// the request is checked again, by what it says now.
///
/// # Errors
/// A [`Refusal`], as [`Validator::authenticate`](axioms_core::Validator::authenticate) says; also where no
/// [`ValidatorLayer`](crate::ValidatorLayer) is around the service.
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

/// The request's token, or `None` where it has no credentials. Bad credentials are refused.
///
/// # Errors
/// As [`authenticate`], but for requests without credentials.
pub async fn authenticate_if_present(parts: &mut Parts) -> Result<Option<AccessToken>, Refusal> {
    let installed = Installed::find(&parts.extensions, NO_LAYER_AROUND_ROUTE)?;
    let result = match installed.verified(&parts.headers) {
        Some(token) => return Ok(Some(token.clone())),
        None => installed.validator().authenticate_if_present_async(&*parts).await,
    };
    note(parts, result.as_ref().map(Option::as_ref));
    result
}

/// Checks a request against a policy: the guard of a handler. A token that a guard of the same request verified is not
/// verified again, as [`authenticate`] says; the policy is always evaluated.
///
/// # Errors
/// A [`Refusal`], as [`Validator::authorize`](axioms_core::Validator::authorize) says; also where no
/// [`ValidatorLayer`](crate::ValidatorLayer) is around the service.
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

/// Checks a request against a policy: the guard of a layer, which differs from [`authorize`] in the configured
/// [safe methods](axioms_core::ValidatorBuilder::safe_methods), of which there are none by default.
pub(crate) async fn admit(parts: &mut Parts, policy: &Policy) -> Result<(), Refusal> {
    let installed = Installed::find(&parts.extensions, NO_LAYER_AROUND_LAYER)?;
    let result = installed.validator().admit_async(&*parts, policy).await;
    note(parts, result.as_ref().map(Option::as_ref));
    result.map(drop)
}

/// Keeps what became of a request for the guards and layers around it.
fn note(parts: &mut Parts, outcome: Result<Option<&AccessToken>, &Refusal>) {
    let Some(installed) = parts.extensions.get_mut::<Installed>() else { return };
    match outcome {
        Ok(Some(token)) => installed.remember(&parts.headers, token),
        Ok(None) => {}
        Err(_) => installed.refuse(),
    }
}
