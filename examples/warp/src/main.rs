//! The reference API on warp: `cargo run -p example-warp`.

#![forbid(unsafe_code)]
#![allow(clippy::unused_async, reason = "a handler is a future, whether it waits or not")]

use std::convert::Infallible;
use std::error::Error;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use axioms_warp::{
    AccessToken, Authorized, HasPolicy, Validator, ValidatorLayer, authorized, authorized_with_token,
    recover, requires,
};
use example_common::articles::Articles;
use example_common::body::LIMIT;
use example_common::books::Books;
use example_common::failure::Failure;
use example_common::messages;
use example_common::setup::Setup;
use example_common::{address, greeting};
use futures_util::{Stream, StreamExt};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tower::Layer as _;
use warp::filters::BoxedFilter;
use warp::http::{Method, StatusCode};
use warp::reject::MethodNotAllowed;
use warp::reply::{Response, json, with_status};
use warp::{Buf, Filter, Rejection, Reply};

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
    // The layer drains refused uploads, which warp's own server does not.
    let validator = setup.validator();
    let service = ValidatorLayer::new(validator.clone()).layer(warp::service(routes(&validator)));
    let (server, connections) = (auto::Builder::new(TokioExecutor::new()), GracefulShutdown::new());
    loop {
        let (stream, _) = tokio::select! {
            accepted = listener.accept() => accepted?,
            _ = tokio::signal::ctrl_c() => break,
        };
        let service = TowerToHyperService::new(service.clone());
        let connection = server.serve_connection(TokioIo::new(stream), service).into_owned();
        tokio::spawn(connections.watch(connection));
    }
    connections.shutdown().await;
    Ok(())
}

type Route = BoxedFilter<(Response,)>;

fn routes(validator: &Validator) -> Route {
    let public = answer(warp::path!("api" / "public").and(get()).map(|| json(&messages::public())));
    [message_routes(validator), article_routes(validator), book_routes(validator)]
        .into_iter()
        .flatten()
        .fold(public, |routes, route| routes.or(route).unify().boxed())
        .recover(fail)
        .map(Reply::into_response)
        .boxed()
}

/// A route whose refusals are final.
fn answer<F>(route: F) -> Route
where
    F: Filter<Extract: Reply + Send, Error = Rejection> + Clone + Send + Sync + 'static,
{
    route.recover(recover).map(Reply::into_response).boxed()
}

/// `GET`, and `HEAD` with it.
fn get() -> impl Filter<Extract = (), Error = Rejection> + Copy {
    warp::get().or(warp::head()).unify()
}

// Messages, each with a different guard.

fn message_routes(validator: &Validator) -> Vec<Route> {
    let whoami = warp::path!("api" / "authenticated").and(get());
    let permission = warp::path!("api" / "permission-protected").and(warp::post());
    let permissions = warp::path!("api" / "multiple-permissions").and(warp::method());
    vec![
        answer(whoami.and(authorized_with_token(validator)).then(authenticated)),
        message(validator, "scope-protected", scope_protected),
        message(validator, "multiple-scopes", multiple_scopes),
        message(validator, "all-scopes", all_scopes),
        message(validator, "role-protected", role_protected),
        message(validator, "all-roles", all_roles),
        answer(permission.and(authorized(validator)).then(permission_protected)),
        answer(
            permissions.and(authorized(validator)).then(|method, guard| multiple_permissions(guard, method)),
        ),
        message(validator, "mixed-authorization", mixed_authorization),
    ]
}

/// `GET /api/{path}`, guarded by the handler's policy.
fn message<P, H, A>(validator: &Validator, path: &'static str, handler: H) -> Route
where
    P: HasPolicy + 'static,
    H: Fn(Authorized<P>) -> A + Clone + Send + Sync + 'static,
    A: Future<Output: Reply + 'static> + Send + 'static,
{
    let path = warp::path("api").and(warp::path(path)).and(warp::path::end());
    answer(path.and(get()).and(authorized(validator)).then(handler))
}

#[requires]
async fn authenticated(token: AccessToken) -> impl Reply {
    json(&messages::authenticated(&token))
}

#[requires(any_scopes = "read:messages")]
async fn scope_protected() -> impl Reply {
    json(&messages::scope_protected())
}

#[requires(any_scopes = ["read:messages", "read:data"])]
async fn multiple_scopes() -> impl Reply {
    json(&messages::multiple_scopes())
}

#[requires(all_scopes = ["read:messages", "write:messages"])]
async fn all_scopes() -> impl Reply {
    json(&messages::all_scopes())
}

#[requires(any_roles = ["admin", "editor"])]
async fn role_protected() -> impl Reply {
    json(&messages::role_protected())
}

#[requires(all_roles = ["admin", "superuser"])]
async fn all_roles() -> impl Reply {
    json(&messages::all_roles())
}

#[requires(any_permissions = "create:articles")]
async fn permission_protected() -> impl Reply {
    with_status(json(&messages::permission_protected()), StatusCode::CREATED)
}

#[requires(
    GET(any_permissions = "read:articles"),
    POST(any_permissions = "create:articles"),
    PATCH(any_permissions = "update:articles"),
    DELETE(any_permissions = "delete:articles")
)]
async fn multiple_permissions(method: Method) -> Response {
    match method {
        Method::POST => {
            with_status(json(&messages::create_permission()), StatusCode::CREATED).into_response()
        }
        Method::PATCH => json(&messages::update_permission()).into_response(),
        Method::DELETE => StatusCode::NO_CONTENT.into_response(),
        _ => json(&messages::read_permission()).into_response(),
    }
}

#[requires(any_scopes = "openid", any_roles = "admin", any_permissions = "manage:system")]
async fn mixed_authorization() -> impl Reply {
    json(&messages::mixed_authorization())
}

// Articles, guarded by their owner.

fn article_routes(validator: &Validator) -> Vec<Route> {
    let articles = shared::<Articles>();
    let all = warp::path!("api" / "articles");
    let one = warp::path!("api" / "articles" / String);
    let write = one.and(warp::put().map(|| true).or(warp::patch().map(|| false)).unify());
    vec![
        answer(
            all.and(get()).and(authorized_with_token(validator)).and(articles.clone()).then(list_articles),
        ),
        answer(
            all.and(warp::post())
                .and(authorized_with_token(validator))
                .and(articles.clone())
                .and(body())
                .then(create_article),
        ),
        answer(
            one.and(get())
                .and(authorized_with_token(validator))
                .and(articles.clone())
                .then(|id, guard, token, articles| find_article(guard, token, articles, id)),
        ),
        answer(write.and(authorized_with_token(validator)).and(articles.clone()).and(body()).then(
            |id, put, guard, token, articles, body| write_article(guard, token, articles, id, put, body),
        )),
        answer(
            one.and(warp::delete())
                .and(authorized_with_token(validator))
                .and(articles)
                .then(|id, guard, token, articles| delete_article(guard, token, articles, id)),
        ),
    ]
}

#[requires]
async fn list_articles(token: AccessToken, articles: Arc<Articles>) -> impl Reply {
    json(&articles.list(&token))
}

#[requires]
async fn create_article(
    token: AccessToken,
    articles: Arc<Articles>,
    body: Body,
) -> Result<impl Reply, Failed> {
    let article = articles.create(&token, &body.read().await?)?;
    Ok(with_status(json(&article), StatusCode::CREATED))
}

#[requires]
async fn find_article(token: AccessToken, articles: Arc<Articles>, id: String) -> Result<impl Reply, Failed> {
    Ok(json(&articles.find(&token, &id)?))
}

#[requires]
async fn write_article(
    token: AccessToken,
    articles: Arc<Articles>,
    id: String,
    put: bool,
    body: Body,
) -> Result<impl Reply, Failed> {
    // The body is read only for the owner.
    articles.find(&token, &id)?;
    let body = body.read().await?;
    let write = if put { Articles::replace } else { Articles::change };
    Ok(json(&write(&articles, &token, &id, &body)?))
}

#[requires]
async fn delete_article(
    token: AccessToken,
    articles: Arc<Articles>,
    id: String,
) -> Result<impl Reply, Failed> {
    articles.delete(&token, &id)?;
    Ok(StatusCode::NO_CONTENT)
}

// Books, guarded by one scope per action.

fn book_routes(validator: &Validator) -> Vec<Route> {
    let books = shared::<Books>();
    let all = warp::path!("api" / "books");
    let one = warp::path!("api" / "books" / String);
    let write = one.and(warp::put().map(|| true).or(warp::patch().map(|| false)).unify());
    vec![
        answer(all.and(get()).and(authorized(validator)).and(books.clone()).then(list_books)),
        answer(
            all.and(warp::post()).and(authorized(validator)).and(books.clone()).and(body()).then(create_book),
        ),
        answer(
            one.and(get())
                .and(authorized(validator))
                .and(books.clone())
                .then(|id, guard, books| find_book(guard, books, id)),
        ),
        answer(
            write
                .and(authorized(validator))
                .and(books.clone())
                .and(body())
                .then(|id, put, guard, books, body| write_book(guard, books, id, put, body)),
        ),
        answer(
            one.and(warp::delete())
                .and(authorized(validator))
                .and(books)
                .then(|id, guard, books| delete_book(guard, books, id)),
        ),
    ]
}

#[requires(any_scopes = "book:read")]
async fn list_books(books: Arc<Books>) -> impl Reply {
    json(&books.list())
}

#[requires(any_scopes = "book:create")]
async fn create_book(books: Arc<Books>, body: Body) -> Result<impl Reply, Failed> {
    let book = books.create(&body.read().await?)?;
    Ok(with_status(json(&book), StatusCode::CREATED))
}

#[requires(any_scopes = "book:read")]
async fn find_book(books: Arc<Books>, id: String) -> Result<impl Reply, Failed> {
    Ok(json(&books.find(&id)?))
}

#[requires(any_scopes = "book:update")]
async fn write_book(books: Arc<Books>, id: String, put: bool, body: Body) -> Result<impl Reply, Failed> {
    books.find(&id)?;
    let body = body.read().await?;
    let write = if put { Books::replace } else { Books::change };
    Ok(json(&write(&books, &id, &body)?))
}

#[requires(any_scopes = "book:delete")]
async fn delete_book(books: Arc<Books>, id: String) -> Result<impl Reply, Failed> {
    books.delete(&id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives every request a clone of one value.
fn shared<T: Default + Send + Sync + 'static>() -> impl Filter<Extract = (Arc<T>,), Error = Infallible> + Clone
{
    let value = Arc::<T>::default();
    warp::any().map(move || value.clone())
}

/// A request's body, which is read only when a handler asks for it.
struct Body(Pin<Box<dyn Stream<Item = Option<Vec<u8>>> + Send>>);

fn body() -> impl Filter<Extract = (Body,), Error = Rejection> + Copy {
    warp::body::stream().map(|body| Body(Box::pin(StreamExt::map(body, part))))
}

fn part(part: Result<impl Buf, warp::Error>) -> Option<Vec<u8>> {
    let mut part = part.ok()?;
    let mut bytes = vec![0; part.remaining()];
    part.copy_to_slice(&mut bytes);
    Some(bytes)
}

impl Body {
    /// Reads the body up to the limit.
    async fn read(mut self) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        while let Some(part) = self.0.next().await {
            body.extend(part.ok_or(Failure::InvalidRequest("The body cannot be read"))?);
            if body.len() > LIMIT {
                return Err(Failure::BodyTooLarge);
            }
        }
        Ok(body)
    }
}

/// The answer if no route took the request.
async fn fail(rejection: Rejection) -> Result<Failed, Infallible> {
    let other_method = rejection.find::<MethodNotAllowed>().is_some();
    Ok(Failed(if other_method { Failure::MethodNotAllowed(vec![]) } else { Failure::NotFound }))
}

/// A failure as a response of warp.
struct Failed(Failure);

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl Reply for Failed {
    fn into_response(self) -> Response {
        warp::http::Response::<String>::from(self.0).into_response()
    }
}
