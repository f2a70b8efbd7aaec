//! The reference API on Rocket: `cargo run -p example-rocket`.

#![forbid(unsafe_code)]
#![allow(clippy::needless_pass_by_value, reason = "a request guard is a value")]

use std::error::Error;
use std::io::{self, Cursor};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use axioms_rocket::{AccessToken, ValidatorFairing, http, requires};
use example_common::address::{self, AddressError};
use example_common::articles::{Article, ArticleList, Articles};
use example_common::body::LIMIT;
use example_common::books::{Book, BookList, Books};
use example_common::failure::Failure;
use example_common::greeting;
use example_common::messages::{self, Identity, Welcome};
use example_common::setup::Setup;
use rocket::config::LogLevel;
use rocket::data::{Data, ToByteUnit};
use rocket::error::ErrorKind;
use rocket::fairing::AdHoc;
use rocket::http::Status;
use rocket::http::uri::Origin;
use rocket::response::status::NoContent;
use rocket::response::{self, Responder, Response};
use rocket::serde::json::Json;
use rocket::{Build, Config, Request, Rocket, State, catch, catchers, delete, get, patch, post, put, routes};

fn main() -> ExitCode {
    example_common::run(serve)
}

#[rocket::main]
async fn serve() -> Result<(), Box<dyn Error>> {
    let setup = Arc::new(Setup::start_async().await?);
    let address = address::resolve()?;
    let config =
        Config { address: address.ip(), port: address.port(), log_level: LogLevel::Off, ..Config::default() };
    let launched =
        app(config).attach(ValidatorFairing::new(setup.validator())).attach(greet(setup)).launch().await;
    match launched {
        Ok(_) => Ok(()),
        Err(error) => Err(match error.kind() {
            ErrorKind::Bind(cause) => {
                AddressError::new(io::Error::new(cause.kind(), cause.to_string())).into()
            }
            other => other.to_string().into(),
        }),
    }
}

fn greet(setup: Arc<Setup>) -> AdHoc {
    AdHoc::on_liftoff("Greeting", move |rocket| {
        Box::pin(async move {
            let Config { address, port, .. } = *rocket.config();
            greeting::print(env!("CARGO_BIN_NAME"), SocketAddr::new(address, port), &setup);
        })
    })
}

fn app(config: Config) -> Rocket<Build> {
    let messages = routes![
        public,
        authenticated,
        scope_protected,
        multiple_scopes,
        all_scopes,
        role_protected,
        all_roles,
        permission_protected,
        read_permission,
        create_permission,
        update_permission,
        delete_permission,
        mixed_authorization,
    ];
    let articles =
        routes![list_articles, create_article, find_article, replace_article, change_article, delete_article];
    let books = routes![list_books, create_book, find_book, replace_book, change_book, delete_book];
    rocket::custom(config)
        .manage(Articles::default())
        .manage(Books::default())
        .mount("/api", messages)
        .mount("/api/articles", articles)
        .mount("/api/books", books)
        .register("/", catchers![not_found])
        .attach(AdHoc::on_request("Trailing slash", |request, _| Box::pin(async { trim_slash(request) })))
}

/// To Rocket, a path with a trailing slash is another path.
fn trim_slash(request: &mut Request<'_>) {
    let path = request.uri().path().as_str();
    if let Some(Ok(uri)) = path.strip_suffix('/').map(|path| Origin::parse_owned(path.to_owned())) {
        request.set_uri(uri);
    }
}

// Messages, each with a different guard.

#[get("/public")]
fn public() -> Json<Welcome> {
    Json(messages::public())
}

#[requires]
#[get("/authenticated")]
fn authenticated(token: AccessToken) -> Json<Identity> {
    Json(messages::authenticated(&token))
}

#[requires(any_scopes = "read:messages")]
#[get("/scope-protected")]
fn scope_protected() -> Json<Welcome> {
    Json(messages::scope_protected())
}

#[requires(any_scopes = ["read:messages", "read:data"])]
#[get("/multiple-scopes")]
fn multiple_scopes() -> Json<Welcome> {
    Json(messages::multiple_scopes())
}

#[requires(all_scopes = ["read:messages", "write:messages"])]
#[get("/all-scopes")]
fn all_scopes() -> Json<Welcome> {
    Json(messages::all_scopes())
}

#[requires(any_roles = ["admin", "editor"])]
#[get("/role-protected")]
fn role_protected() -> Json<Welcome> {
    Json(messages::role_protected())
}

#[requires(all_roles = ["admin", "superuser"])]
#[get("/all-roles")]
fn all_roles() -> Json<Welcome> {
    Json(messages::all_roles())
}

#[requires(any_permissions = "create:articles")]
#[post("/permission-protected")]
fn permission_protected() -> (Status, Json<Welcome>) {
    (Status::Created, Json(messages::permission_protected()))
}

#[requires(any_permissions = "read:articles")]
#[get("/multiple-permissions")]
fn read_permission() -> Json<Welcome> {
    Json(messages::read_permission())
}

#[requires(any_permissions = "create:articles")]
#[post("/multiple-permissions")]
fn create_permission() -> (Status, Json<Welcome>) {
    (Status::Created, Json(messages::create_permission()))
}

#[requires(any_permissions = "update:articles")]
#[patch("/multiple-permissions")]
fn update_permission() -> Json<Welcome> {
    Json(messages::update_permission())
}

#[requires(any_permissions = "delete:articles")]
#[delete("/multiple-permissions")]
fn delete_permission() -> NoContent {
    NoContent
}

#[requires(any_scopes = "openid", any_roles = "admin", any_permissions = "manage:system")]
#[get("/mixed-authorization")]
fn mixed_authorization() -> Json<Welcome> {
    Json(messages::mixed_authorization())
}

// Articles, guarded by their owner.

#[requires]
#[get("/")]
fn list_articles(token: AccessToken, articles: &State<Articles>) -> Json<ArticleList> {
    Json(articles.list(&token))
}

#[requires]
#[post("/", data = "<body>")]
async fn create_article(
    token: AccessToken,
    articles: &State<Articles>,
    body: Data<'_>,
) -> Result<(Status, Json<Article>), Failed> {
    let article = articles.create(&token, &read(body).await?)?;
    Ok((Status::Created, Json(article)))
}

#[requires]
#[get("/<id>")]
fn find_article(token: AccessToken, articles: &State<Articles>, id: &str) -> Result<Json<Article>, Failed> {
    Ok(Json(articles.find(&token, id)?))
}

#[requires]
#[put("/<id>", data = "<body>")]
async fn replace_article(
    token: AccessToken,
    articles: &State<Articles>,
    id: &str,
    body: Data<'_>,
) -> Result<Json<Article>, Failed> {
    // The body is read only for the owner.
    articles.find(&token, id)?;
    Ok(Json(articles.replace(&token, id, &read(body).await?)?))
}

#[requires]
#[patch("/<id>", data = "<body>")]
async fn change_article(
    token: AccessToken,
    articles: &State<Articles>,
    id: &str,
    body: Data<'_>,
) -> Result<Json<Article>, Failed> {
    articles.find(&token, id)?;
    Ok(Json(articles.change(&token, id, &read(body).await?)?))
}

#[requires]
#[delete("/<id>")]
fn delete_article(token: AccessToken, articles: &State<Articles>, id: &str) -> Result<NoContent, Failed> {
    articles.delete(&token, id)?;
    Ok(NoContent)
}

// Books, guarded by one scope per action.

#[requires(any_scopes = "book:read")]
#[get("/")]
fn list_books(books: &State<Books>) -> Json<BookList> {
    Json(books.list())
}

#[requires(any_scopes = "book:create")]
#[post("/", data = "<body>")]
async fn create_book(books: &State<Books>, body: Data<'_>) -> Result<(Status, Json<Book>), Failed> {
    Ok((Status::Created, Json(books.create(&read(body).await?)?)))
}

#[requires(any_scopes = "book:read")]
#[get("/<id>")]
fn find_book(books: &State<Books>, id: &str) -> Result<Json<Book>, Failed> {
    Ok(Json(books.find(id)?))
}

#[requires(any_scopes = "book:update")]
#[put("/<id>", data = "<body>")]
async fn replace_book(books: &State<Books>, id: &str, body: Data<'_>) -> Result<Json<Book>, Failed> {
    books.find(id)?;
    Ok(Json(books.replace(id, &read(body).await?)?))
}

#[requires(any_scopes = "book:update")]
#[patch("/<id>", data = "<body>")]
async fn change_book(books: &State<Books>, id: &str, body: Data<'_>) -> Result<Json<Book>, Failed> {
    books.find(id)?;
    Ok(Json(books.change(id, &read(body).await?)?))
}

#[requires(any_scopes = "book:delete")]
#[delete("/<id>")]
fn delete_book(books: &State<Books>, id: &str) -> Result<NoContent, Failed> {
    books.delete(id)?;
    Ok(NoContent)
}

/// Reads a body up to the limit.
async fn read(body: Data<'_>) -> Result<Vec<u8>, Failure> {
    match body.open(LIMIT.bytes()).into_bytes().await {
        Ok(bytes) if bytes.is_complete() => Ok(bytes.into_inner()),
        _ => Err(Failure::BodyTooLarge),
    }
}

#[catch(404)]
fn not_found() -> Failed {
    Failed(Failure::NotFound)
}

/// A failure as a response of Rocket.
struct Failed(Failure);

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl<'r> Responder<'r, 'static> for Failed {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let (head, body) = http::Response::<String>::from(self.0).into_parts();
        let mut response = Response::build();
        response.status(Status::new(head.status.as_u16())).sized_body(body.len(), Cursor::new(body));
        for (name, value) in &head.headers {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            response.raw_header(name.as_str().to_owned(), value);
        }
        response.ok()
    }
}
