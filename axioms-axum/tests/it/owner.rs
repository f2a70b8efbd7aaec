//! `Owner` and `OwnerOrSafe` check the token first, then load the resource, then check its owner.

use std::collections::HashMap;
use std::sync::Arc;

use axioms_axum::{
    AccessToken, Owned, Owner, OwnerOrSafe, OwnerRejection, Policy, Refused, Validator, ValidatorLayer,
    requires, requires_token,
};
use axioms_testing::{AUDIENCE, TestIssuer};
use axum::Router;
use axum::body::Body;
use axum::extract::{FromRef, FromRequestParts, Path, RawQuery, State};
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use tower::ServiceExt as _;

#[derive(Owned, Clone)]
struct Article {
    #[owner]
    author: String,
}

type Articles = Arc<HashMap<String, Article>>;

impl<S: Send + Sync> FromRequestParts<S> for Article
where
    Articles: FromRef<S>,
{
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, StatusCode> {
        let Path(id) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| StatusCode::NOT_FOUND)?;
        Articles::from_ref(state).get(&id).cloned().ok_or(StatusCode::NOT_FOUND)
    }
}

async fn owners(Owner(article): Owner<Article>) -> String {
    article.author
}

async fn anyone_reads(OwnerOrSafe(article): OwnerOrSafe<Article>) -> String {
    article.author
}

#[tokio::test]
async fn the_token_comes_first_then_the_object_then_its_owner() {
    let issuer = TestIssuer::start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().unwrap();
    let articles: Articles =
        Arc::new(HashMap::from([("1".to_owned(), Article { author: "alice".to_owned() })]));
    let router = Router::new()
        .route("/owner/{id}", any(owners))
        .route("/safe/{id}", any(anyone_reads))
        .with_state(articles)
        .layer(ValidatorLayer::new(validator));
    let rows = [
        ("GET", "/owner/1", Some("alice"), 200),
        ("DELETE", "/owner/1", Some("alice"), 200),
        ("GET", "/owner/1", Some("bob"), 403),
        ("DELETE", "/owner/1", Some("bob"), 403),
        ("GET", "/owner/2", Some("bob"), 404),
        ("GET", "/owner/2", None, 401),
        ("GET", "/owner/1", None, 401),
        ("GET", "/safe/1", Some("bob"), 200),
        ("HEAD", "/safe/1", Some("bob"), 200),
        ("PUT", "/safe/1", Some("bob"), 403),
        ("PUT", "/safe/1", Some("alice"), 200),
        ("GET", "/safe/1", None, 401),
    ];
    for (method, path, subject, status) in rows {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(subject) = subject {
            request =
                request.header("Authorization", format!("Bearer {}", issuer.token().subject(subject).sign()));
        }
        let request = request.body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{method} {path} as {subject:?}");
    }
}

/// A program's error type with one conversion for every refusal.
#[derive(Debug, thiserror::Error)]
enum AppError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("the object cannot be loaded: {0}")]
    Load(StatusCode),
}

impl From<StatusCode> for AppError {
    fn from(status: StatusCode) -> Self {
        Self::Load(status)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refused) => refused.into_response(),
            Self::Load(status) => status.into_response(),
        }
    }
}

#[requires_token(any_roles = "staff")]
fn staff(token: &AccessToken) -> Result<(), AppError> {
    Ok(())
}

#[derive(Clone, FromRef)]
struct AppState {
    articles: Articles,
    policy: Policy,
}

/// The check that the query names.
#[requires]
async fn checked(
    RawQuery(check): RawQuery,
    State(policy): State<Policy>,
    token: AccessToken,
    owned: Result<Owner<Article>, OwnerRejection<StatusCode>>,
) -> Result<&'static str, AppError> {
    let article = Article { author: "alice".to_owned() };
    match check.as_deref().unwrap_or_default() {
        "require" => token.require(&policy)?,
        "require-for" => token.require_for(&axum::http::Method::GET, &policy)?,
        "owner" => token.require_owner(&article)?,
        "owner-or-safe" => token.require_owner_or_safe(&axum::http::Method::PUT, &article)?,
        "function" => staff(&token)?,
        _ => drop(owned.map_err(OwnerRejection::into_error::<AppError>)?),
    }
    Ok("ok")
}

#[tokio::test]
async fn one_conversion_covers_every_refusal() {
    let issuer = TestIssuer::start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().unwrap();
    let articles: Articles =
        Arc::new(HashMap::from([("1".to_owned(), Article { author: "alice".to_owned() })]));
    let policy = Policy::builder().any_roles(["staff"]).build().unwrap();
    let router = Router::new()
        .route("/{id}", any(checked))
        .with_state(AppState { articles, policy })
        .layer(ValidatorLayer::new(validator));
    let alice = issuer.token().subject("alice").roles(["staff"]).sign();
    let bob = issuer.token().subject("bob").sign();
    for check in ["require", "require-for", "owner", "owner-or-safe", "function", "rejection"] {
        for (token, status) in [(&alice, 200), (&bob, 403)] {
            let request = Request::get(format!("/1?{check}"))
                .header("Authorization", format!("Bearer {token}"))
                .body(Body::empty())
                .unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{check}");
            assert_eq!(response.headers().contains_key("WWW-Authenticate"), status == 403, "{check}");
        }
    }
}
