//! Guards that use the validator in the router's state instead of a
//! [`ValidatorLayer`](crate::ValidatorLayer).
//!
//! Put the [`Validator`] into the state and import `#[requires]` from this module. A handler whose
//! state has no validator does not compile. axum's own message is that `Handler` is not
//! implemented; `#[debug_handler(state = AppState)]` below `#[requires]` shows the reason. It
//! requires axum's feature `macros`, as does `#[derive(FromRef)]`.
//!
//! ```
//! use axioms_axum::state::requires;
//! use axioms_axum::{AccessToken, Validator};
//! use axum::extract::{FromRef, State};
//! use axum::{Router, routing::get};
//!
//! #[derive(Clone, FromRef)]
//! struct AppState {
//!     validator: Validator,
//!     greeting: &'static str,
//! }
//!
//! #[requires(any_scopes = ["read:messages"])]
//! async fn messages(State(greeting): State<&'static str>, token: AccessToken) -> String {
//!     format!("{greeting} {}", token.subject().unwrap_or("a service"))
//! }
//!
//! fn app(validator: Validator) -> Router {
//!     Router::new().route("/messages", get(messages)).with_state(AppState { validator, greeting: "hello" })
//! }
//! ```
//!
//! If there is no other state, write `.with_state(validator)`.
//!
//! The guard runs first and makes the validator available to the handler's other extractors. In a
//! handler without `#[requires]`, wrap the first extractor in [`FromState`]:
//! `FromState<AccessToken>`, `FromState<Option<AccessToken>>`.
//!
//! # Layer or state
//!
//! | | [`ValidatorLayer`](crate::ValidatorLayer) | state |
//! |---|---|---|
//! | missing validator | each guarded request gets a 500, and the log says what to add | compile error |
//! | handlers | [`axioms_axum::requires`](macro@crate::requires), every extractor | [`requires`](macro@requires) from here, or the first extractor in [`FromState`] |
//! | a part of a router | [`RequireLayer`](crate::RequireLayer), or a middleware function with `from_fn` | a middleware function with `from_fn_with_state` |
//! | [safe methods](axioms_core::ValidatorBuilder::safe_methods) | pass a `RequireLayer` | pass no guard |
//! | refused uploads | the rest of the body is read, so that the client sees the refusal | not read: a client that is still sending may see a closed connection |
//! | several validators | the innermost layer takes precedence | the one in the handler's state is used |
//! | state of the router | any | must contain a `Validator` |
//! | cost per request | a layer, which `Router::layer` boxes | no layer |
//!
//! A program can use both. A guard of this module always uses the validator in the state, even if a
//! layer is around the handler. The layer still reads the rest of refused uploads. If both have the
//! same validator, a token that a `RequireLayer` verified is not verified again.
//!
//! A middleware function guards a part of a router:
//!
//! ```
//! use axioms_axum::Validator;
//! use axioms_axum::state::requires;
//! use axum::extract::Request;
//! use axum::middleware::{Next, from_fn_with_state};
//! use axum::response::Response;
//! use axum::{Router, routing::get};
//!
//! #[requires(any_roles = "admin")]
//! async fn admins(request: Request, next: Next) -> Response {
//!     next.run(request).await
//! }
//!
//! fn admin(validator: Validator) -> Router {
//!     Router::new()
//!         .route("/metrics", get(|| async { "42" }))
//!         .route_layer(from_fn_with_state(validator, admins))
//! }
//! ```

use std::ops::Deref;

use axioms_core::Validator;
use axioms_core::http::request::Parts;
use axum_core::extract::{FromRef, FromRequestParts};

/// Guards a handler as [`axioms_axum::requires`](macro@crate::requires) does, with the validator in
/// the router's state.
pub use axioms_macros::requires_axum_state as requires;

/// Runs an extractor of this crate, or one that uses them, with the validator in the router's
/// state.
///
/// The request keeps this validator, so later extractors need no `FromState`. It replaces the
/// validator of a layer around the handler. If the two differ, the token is checked again.
///
/// # Errors
/// The rejection of `T`.
///
/// # Examples
/// ```
/// use axioms_axum::state::FromState;
/// use axioms_axum::{AccessToken, Validator};
/// use axum::{Router, routing::get};
///
/// async fn whoami(FromState(token): FromState<Option<AccessToken>>) -> String {
///     let subject = token.as_ref().and_then(|token| token.subject());
///     subject.unwrap_or("nobody").to_owned()
/// }
///
/// fn app(validator: Validator) -> Router {
///     Router::new().route("/", get(whoami)).with_state(validator)
/// }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct FromState<T>(pub T);

/// The guard that [`#[requires]`](macro@requires) of this module inserts into a handler's
/// signature.
///
/// A unit test that calls the handler passes `FromState(axioms_axum::Authorized::check(&token)?)`.
pub type Authorized<P> = FromState<crate::Authorized<P>>;

impl<T> Deref for FromState<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<S, T> FromRequestParts<S> for FromState<T>
where
    S: HasValidator + Send + Sync,
    T: FromRequestParts<S>,
{
    type Rejection = T::Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, T::Rejection> {
        axioms_tower::install(&mut parts.extensions, state.validator());
        T::from_request_parts(parts, state).await.map(Self)
    }
}

/// A state that contains a [`Validator`]: every state from which axum's [`FromRef`] can take one.
/// It is implemented automatically. The trait exists for the compiler's message about a state
/// without a validator.
#[diagnostic::on_unimplemented(
    message = "the state `{Self}` has no `Validator`",
    label = "this guard takes its `Validator` from the state `{Self}`, which has none",
    note = "derive `axum::extract::FromRef` for the state, give it a field `validator: Validator`, and add it to the router \
            with `.with_state(state)`",
    note = "`#[debug_handler]` takes `()` for the state of a handler without `State<...>`: name it, as in \
            `#[debug_handler(state = AppState)]`"
)]
pub trait HasValidator {
    /// The validator of this state.
    fn validator(&self) -> Validator;
}

#[diagnostic::do_not_recommend]
impl<S> HasValidator for S
where
    Validator: FromRef<S>,
{
    fn validator(&self) -> Validator {
        Validator::from_ref(self)
    }
}
