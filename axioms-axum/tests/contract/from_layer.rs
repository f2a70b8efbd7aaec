//! The validator from a layer around the router, or from nowhere.

use axioms_axum::{AccessToken, Validator, ValidatorLayer, requires};
use axum::Router;

#[path = "handlers.rs"]
#[allow(clippy::duplicate_mod, reason = "one table of routes, with each source of the validator")]
mod handlers;

type State = ();
type Token = AccessToken;
type OptionalToken = Option<AccessToken>;

pub(crate) fn router(validator: Option<Validator>) -> Router {
    let routes = handlers::routes();
    match validator {
        Some(validator) => routes.layer(ValidatorLayer::new(validator)),
        None => routes,
    }
}
