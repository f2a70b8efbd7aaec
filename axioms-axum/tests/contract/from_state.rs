//! The validator from the router's state, with no layer.

use axioms_axum::state::{FromState, requires};
use axioms_axum::{AccessToken, Validator};
use axum::Router;

#[path = "handlers.rs"]
#[allow(clippy::duplicate_mod, reason = "one table of routes, with each source of the validator")]
mod handlers;

type State = Validator;
type Token = FromState<AccessToken>;
type OptionalToken = FromState<Option<AccessToken>>;

/// Without a validator there is no such router.
pub(crate) fn router(validator: Validator) -> Router {
    handlers::routes().with_state(validator)
}
