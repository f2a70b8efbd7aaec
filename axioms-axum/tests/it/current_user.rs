//! The extractor of docs/src/current-user.md answers 401, 403 and 500, and looks up the user once
//! per request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axioms_axum::state::FromState;
use axioms_axum::{AccessToken, Refused, Validator, ValidatorLayer, requires};
use axum::Router;
use axum::extract::{FromRef, FromRequestParts, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state, map_request};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::task::yield_now;

use crate::support::{self, answer, issuer, validator};

#[derive(Debug)]
struct User {
    issuer: String,
    subject: String,
}

/// Knows alice and bob, and fails for "down".
#[derive(Clone, Default)]
struct Users {
    lookups: Arc<AtomicUsize>,
}

#[derive(Debug, thiserror::Error)]
#[error("the database does not answer")]
struct DatabaseError;

impl Users {
    async fn find(&self, issuer: &str, subject: &str) -> Result<Option<User>, DatabaseError> {
        self.lookups.fetch_add(1, Ordering::Relaxed);
        yield_now().await;
        match subject {
            "down" => Err(DatabaseError),
            "alice" | "bob" => Ok(Some(User { issuer: issuer.to_owned(), subject: subject.to_owned() })),
            _ => Ok(None),
        }
    }
}

#[derive(Debug, Clone)]
struct CurrentUser(Arc<User>);

#[derive(Debug, thiserror::Error)]
enum NoUser {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("the token's subject has no account here")]
    Unknown,
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl IntoResponse for NoUser {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refused) => refused.into_response(),
            Self::Unknown => StatusCode::FORBIDDEN.into_response(),
            Self::Database(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

impl<S> FromRequestParts<S> for CurrentUser
where
    Users: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = NoUser;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, NoUser> {
        let token = AccessToken::from_request_parts(parts, state).await?;
        let (Some(issuer), Some(subject)) = (token.issuer(), token.subject()) else {
            return Err(NoUser::Unknown);
        };
        let found = parts.extensions.get::<CurrentUser>();
        if let Some(found) = found.filter(|found| found.0.issuer == issuer && found.0.subject == subject) {
            return Ok(found.clone());
        }
        let user = Users::from_ref(state).find(issuer, subject).await?.ok_or(NoUser::Unknown)?;
        let user = CurrentUser(Arc::new(user));
        parts.extensions.insert(user.clone());
        Ok(user)
    }
}

#[derive(Clone, FromRef)]
struct App {
    users: Users,
    validator: Validator,
}

#[requires]
async fn guarded(CurrentUser(user): CurrentUser, CurrentUser(_): CurrentUser) -> String {
    user.subject.clone()
}

async fn from_state(FromState(user): FromState<CurrentUser>) -> String {
    user.0.subject.clone()
}

async fn look_up(_: CurrentUser, request: Request, next: Next) -> Response {
    next.run(request).await
}

#[tokio::test]
async fn a_user_is_looked_up_once_for_a_request_and_each_failure_has_its_status() {
    let issuer = issuer();
    let app = App { users: Users::default(), validator: validator(&issuer) };
    let lookups = Arc::clone(&app.users.lookups);
    let router = Router::new()
        .route("/guarded", get(guarded))
        .route("/from-state", get(from_state))
        .layer(from_fn_with_state(app.clone(), look_up))
        .layer(ValidatorLayer::new(app.validator.clone()))
        .with_state(app);
    let token = |subject: &str| Some(issuer.token().subject(subject).sign());
    let rows = [
        ("a user", token("alice"), 200, 1),
        ("no token", None, 401, 0),
        ("a bad token", Some("rubbish".to_owned()), 401, 0),
        ("no account", token("carol"), 403, 1),
        ("a token of nobody", Some(issuer.token().without("sub").sign()), 403, 0),
        ("a database that is down", token("down"), 500, 1),
    ];
    for path in ["/guarded", "/from-state"] {
        for (name, token, status, expected) in &rows {
            let (answered, body) = answer(&router, support::get(path, token.as_deref())).await;
            assert_eq!(answered, *status, "{path}, {name}");
            assert!(answered != 200 || body == "alice", "{path}, {name}: {body}");
            assert_eq!(lookups.swap(0, Ordering::Relaxed), *expected, "{path}, {name}");
        }
    }
}

#[tokio::test]
async fn the_user_of_another_token_is_not_taken_from_the_request() {
    let issuer = issuer();
    let app = App { users: Users::default(), validator: validator(&issuer) };
    let bob = format!("Bearer {}", issuer.token().subject("bob").sign());
    let bob = HeaderValue::try_from(bob).expect("a token is a header's value");
    let replace = map_request(move |mut request: Request| {
        request.headers_mut().insert(AUTHORIZATION, bob.clone());
        async { request }
    });
    let router = Router::new()
        .route("/", get(guarded))
        .layer(replace)
        .layer(from_fn_with_state(app.clone(), look_up))
        .layer(ValidatorLayer::new(app.validator.clone()))
        .with_state(app);
    let alice = issuer.token().subject("alice").sign();
    assert_eq!(answer(&router, support::get("/", Some(&alice))).await, (200, "bob".to_owned()));
}
