//! The reference API on axum: `cargo run -p example-axum`.

#![forbid(unsafe_code)]

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use axioms_axum::{AccessToken, Validator, ValidatorLayer, requires};
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use example_common::articles::{Article, ArticleList, Articles};
use example_common::body::LIMIT;
use example_common::books::{Book, BookList, Books};
use example_common::failure::Failure;
use example_common::messages::{self, Identity, Welcome};
use example_common::setup::Setup;
use example_common::{address, greeting};

fn main() -> ExitCode {
    example_common::run(serve)
}

#[tokio::main]
async fn serve() -> Result<(), Box<dyn Error>> {
    let setup = Setup::start_async().await?;
    let listener = address::listen()?;
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    greeting::print(env!("CARGO_BIN_NAME"), listener.local_addr()?, &setup);
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, app(setup.validator())).with_graceful_shutdown(stop).await?;
    Ok(())
}

fn app(validator: Validator) -> Router {
    Router::new()
        .merge(message_routes())
        .merge(article_routes().with_state(Arc::default()))
        .merge(book_routes().with_state(Arc::default()))
        .fallback(async || Failed(Failure::NotFound))
        .method_not_allowed_fallback(async || Failed(Failure::MethodNotAllowed(vec![])))
        .layer(ValidatorLayer::new(validator))
}

/// A router of these routes, each with the trailing slash and without.
fn routes<S: Clone + Send + Sync + 'static>(
    routes: impl IntoIterator<Item = (&'static str, MethodRouter<S>)>,
) -> Router<S> {
    routes.into_iter().fold(Router::new(), |router, (path, methods)| {
        router.route(path, methods.clone()).route(&format!("{path}/"), methods)
    })
}

// Messages, each with a different guard.

fn message_routes() -> Router {
    routes([
        ("/api/public", get(public)),
        ("/api/authenticated", get(authenticated)),
        ("/api/scope-protected", get(scope_protected)),
        ("/api/multiple-scopes", get(multiple_scopes)),
        ("/api/all-scopes", get(all_scopes)),
        ("/api/role-protected", get(role_protected)),
        ("/api/all-roles", get(all_roles)),
        ("/api/permission-protected", post(permission_protected)),
        (
            "/api/multiple-permissions",
            get(multiple_permissions)
                .post(multiple_permissions)
                .patch(multiple_permissions)
                .delete(multiple_permissions),
        ),
        ("/api/mixed-authorization", get(mixed_authorization)),
    ])
}

async fn public() -> Json<Welcome> {
    Json(messages::public())
}

#[requires]
async fn authenticated(token: AccessToken) -> Json<Identity> {
    Json(messages::authenticated(&token))
}

#[requires(any_scopes = "read:messages")]
async fn scope_protected() -> Json<Welcome> {
    Json(messages::scope_protected())
}

#[requires(any_scopes = ["read:messages", "read:data"])]
async fn multiple_scopes() -> Json<Welcome> {
    Json(messages::multiple_scopes())
}

#[requires(all_scopes = ["read:messages", "write:messages"])]
async fn all_scopes() -> Json<Welcome> {
    Json(messages::all_scopes())
}

#[requires(any_roles = ["admin", "editor"])]
async fn role_protected() -> Json<Welcome> {
    Json(messages::role_protected())
}

#[requires(all_roles = ["admin", "superuser"])]
async fn all_roles() -> Json<Welcome> {
    Json(messages::all_roles())
}

#[requires(any_permissions = "create:articles")]
async fn permission_protected() -> (StatusCode, Json<Welcome>) {
    (StatusCode::CREATED, Json(messages::permission_protected()))
}

#[requires(
    GET(any_permissions = "read:articles"),
    POST(any_permissions = "create:articles"),
    PATCH(any_permissions = "update:articles"),
    DELETE(any_permissions = "delete:articles")
)]
async fn multiple_permissions(method: Method) -> Response {
    match method {
        Method::POST => (StatusCode::CREATED, Json(messages::create_permission())).into_response(),
        Method::PATCH => Json(messages::update_permission()).into_response(),
        Method::DELETE => StatusCode::NO_CONTENT.into_response(),
        _ => Json(messages::read_permission()).into_response(),
    }
}

#[requires(any_scopes = "openid", any_roles = "admin", any_permissions = "manage:system")]
async fn mixed_authorization() -> Json<Welcome> {
    Json(messages::mixed_authorization())
}

// Articles, guarded by their owner.

fn article_routes() -> Router<Arc<Articles>> {
    routes([
        ("/api/articles", get(list_articles).post(create_article)),
        (
            "/api/articles/{id}",
            get(find_article).put(write_article).patch(write_article).delete(delete_article),
        ),
    ])
}

#[requires]
async fn list_articles(token: AccessToken, State(articles): State<Arc<Articles>>) -> Json<ArticleList> {
    Json(articles.list(&token))
}

#[requires]
async fn create_article(
    token: AccessToken,
    State(articles): State<Arc<Articles>>,
    body: Body,
) -> Result<(StatusCode, Json<Article>), Failed> {
    let article = articles.create(&token, &read(body).await?)?;
    Ok((StatusCode::CREATED, Json(article)))
}

#[requires]
async fn find_article(
    token: AccessToken,
    State(articles): State<Arc<Articles>>,
    Path(id): Path<String>,
) -> Result<Json<Article>, Failed> {
    Ok(Json(articles.find(&token, &id)?))
}

#[requires]
async fn write_article(
    token: AccessToken,
    method: Method,
    State(articles): State<Arc<Articles>>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Article>, Failed> {
    // The body is read only for the owner.
    articles.find(&token, &id)?;
    let body = read(body).await?;
    let write = if method == Method::PUT { Articles::replace } else { Articles::change };
    Ok(Json(write(&articles, &token, &id, &body)?))
}

#[requires]
async fn delete_article(
    token: AccessToken,
    State(articles): State<Arc<Articles>>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failed> {
    articles.delete(&token, &id)?;
    Ok(StatusCode::NO_CONTENT)
}

// Books, guarded by one scope per action.

fn book_routes() -> Router<Arc<Books>> {
    routes([
        ("/api/books", get(list_books).post(create_book)),
        ("/api/books/{id}", get(find_book).put(write_book).patch(write_book).delete(delete_book)),
    ])
}

#[requires(any_scopes = "book:read")]
async fn list_books(State(books): State<Arc<Books>>) -> Json<BookList> {
    Json(books.list())
}

#[requires(any_scopes = "book:create")]
async fn create_book(
    State(books): State<Arc<Books>>,
    body: Body,
) -> Result<(StatusCode, Json<Book>), Failed> {
    let book = books.create(&read(body).await?)?;
    Ok((StatusCode::CREATED, Json(book)))
}

#[requires(any_scopes = "book:read")]
async fn find_book(State(books): State<Arc<Books>>, Path(id): Path<String>) -> Result<Json<Book>, Failed> {
    Ok(Json(books.find(&id)?))
}

#[requires(any_scopes = "book:update")]
async fn write_book(
    method: Method,
    State(books): State<Arc<Books>>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Book>, Failed> {
    books.find(&id)?;
    let body = read(body).await?;
    let write = if method == Method::PUT { Books::replace } else { Books::change };
    Ok(Json(write(&books, &id, &body)?))
}

#[requires(any_scopes = "book:delete")]
async fn delete_book(State(books): State<Arc<Books>>, Path(id): Path<String>) -> Result<StatusCode, Failed> {
    books.delete(&id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads a body up to the limit.
async fn read(body: Body) -> Result<Bytes, Failure> {
    axum::body::to_bytes(body, LIMIT).await.map_err(|_| Failure::BodyTooLarge)
}

/// A failure as a response of axum.
struct Failed(Failure);

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        axum::http::Response::<String>::from(self.0).into_response()
    }
}
