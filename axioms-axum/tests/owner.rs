//! `Owner` and `OwnerOrSafe`: token first, then the object, then its owner.

use std::collections::HashMap;
use std::sync::Arc;

use axioms_axum::{Owned, Owner, OwnerOrSafe, Validator, ValidatorLayer};
use axioms_core::testing::{AUDIENCE, TestIssuer};
use axum::Router;
use axum::body::Body;
use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
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
