//! actix-web meets the contract that every adapter shares, on sockets.

use std::net::{SocketAddr, TcpListener};
use std::sync::Mutex;
use std::thread;

use actix_web::http::{Method, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, guard, web};
use axioms_actix::{
    AccessToken, OptionalAccessToken, Owned, Refused, Validator, guards, requires,
};
use axioms_testing::{AUDIENCE, RawRequest, TestIssuer, contract};

async fn public() -> &'static str {
    "ok"
}

#[requires]
async fn authenticated(token: AccessToken) -> String {
    token.subject().unwrap_or_default().to_owned()
}

/// The answer of a handler that has nothing but its policy.
fn success(method: &Method) -> HttpResponse {
    HttpResponse::new(match *method {
        Method::POST => StatusCode::CREATED,
        Method::DELETE => StatusCode::NO_CONTENT,
        _ => StatusCode::OK,
    })
}

macro_rules! guarded {
    ($($name:ident: $(#[$requires:meta])+;)*) => {$(
        $(#[$requires])+
        async fn $name(method: Method) -> HttpResponse {
            success(&method)
        }
    )*};
}

guarded! {
    scope_protected: #[requires(any_scopes = "read:messages")];
    multiple_scopes: #[requires(any_scopes = ["read:messages", "read:data"])];
    all_scopes: #[requires(all_scopes = ["read:messages", "write:messages"])];
    role_protected: #[requires(any_roles = ["admin", "editor"])];
    all_roles: #[requires(all_roles = ["admin", "superuser"])];
    permission_protected: #[requires(any_permissions = "create:articles")];
    multiple_permissions: #[requires(
        GET(any_permissions = "read:articles"),
        POST(any_permissions = "create:articles"),
        PATCH(any_permissions = "update:articles"),
        DELETE(any_permissions = "delete:articles")
    )];
    mixed: #[requires(any_scopes = "openid", any_roles = "admin", any_permissions = "manage:system")];
    read_books: #[requires(any_scopes = "book:read")];
    update_book: #[requires(any_scopes = "book:update")];
    delete_book: #[requires(any_scopes = "book:delete")];
}

#[requires(any_scopes = "book:create")]
async fn create_book(_book: web::Json<serde_json::Value>) -> HttpResponse {
    success(&Method::POST)
}

#[derive(Owned)]
struct Article {
    #[owner]
    author: String,
}

type Articles = web::Data<Mutex<Vec<Article>>>;

#[requires]
async fn articles(token: AccessToken, method: Method, articles: Articles) -> HttpResponse {
    if method == Method::POST {
        let author = token.subject().unwrap_or_default().to_owned();
        articles.lock().unwrap().push(Article { author });
    }
    success(&method)
}

#[requires]
async fn article(
    token: AccessToken,
    method: Method,
    id: web::Path<usize>,
    articles: Articles,
) -> Result<HttpResponse, Refused> {
    match articles.lock().unwrap().get(id.wrapping_sub(1)) {
        Some(article) => token.require_owner(article)?,
        None => return Ok(HttpResponse::NotFound().finish()),
    }
    Ok(success(&method))
}

/// A route of `GET`, which actix does not ask for `HEAD`.
fn get() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .app_data(Articles::default())
        .route("/api/public", get().to(public))
        .route("/api/authenticated", get().to(authenticated))
        .route("/api/scope-protected", get().to(scope_protected))
        .route("/api/multiple-scopes", get().to(multiple_scopes))
        .route("/api/all-scopes", get().to(all_scopes))
        .route("/api/role-protected", get().to(role_protected))
        .route("/api/all-roles", get().to(all_roles))
        .route("/api/permission-protected", web::post().to(permission_protected))
        .route("/api/multiple-permissions", web::route().to(multiple_permissions))
        .route("/api/mixed-authorization", get().to(mixed))
        .route("/api/articles", web::route().to(articles))
        .route("/api/articles/{id}", web::route().to(article))
        .route("/api/books", get().to(read_books))
        .route("/api/books", web::post().to(create_book))
        .route("/api/books/{id}", get().to(read_books))
        .route("/api/books/{id}", web::put().to(update_book))
        .route("/api/books/{id}", web::patch().to(update_book))
        .route("/api/books/{id}", web::delete().to(delete_book));
}

/// Starts a server, which runs until the test process ends.
fn serve(issuer: &str, routes: fn(&mut web::ServiceConfig)) -> SocketAddr {
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer);
    let validator = validator.build().expect("a valid configuration");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
    let address = listener.local_addr().expect("a listener has an address");
    thread::spawn(move || {
        let server = HttpServer::new(move || {
            App::new().app_data(validator.clone()).configure(routes).wrap(from_fn(guards))
        });
        let server = server.workers(1).listen(listener).expect("a bound listener");
        actix_web::rt::System::new().block_on(server.run())
    });
    address
}

#[test]
fn actix_answers_by_the_contract() {
    contract::run(|issuer| (serve(issuer, routes), ()));
}

// actix has an `Option` of its own, which is `None` for bad credentials too.

async fn optional(OptionalAccessToken(token): OptionalAccessToken) -> String {
    token.as_ref().and_then(|token| token.subject()).unwrap_or("anonymous").to_owned()
}

async fn optional_of_actix(token: Option<AccessToken>) -> String {
    optional(OptionalAccessToken(token)).await
}

#[test]
fn bad_credentials_do_not_count_as_none() {
    let issuer = TestIssuer::start();
    let address = serve(issuer.url(), |config| {
        config.route("/ours", get().to(optional)).route("/actix", get().to(optional_of_actix));
    });
    let token = issuer.token().subject("alice");
    for path in ["/ours", "/actix"] {
        let ask = |request: RawRequest| {
            let answer = request.send(address).expect("an answer");
            (answer.status().as_u16(), String::from_utf8_lossy(answer.body()).into_owned())
        };
        assert_eq!(ask(RawRequest::get(path)), (200, "anonymous".to_owned()), "{path}");
        let alice = RawRequest::get(path).bearer(&token.sign());
        assert_eq!(ask(alice), (200, "alice".to_owned()), "{path}");
        let expired = RawRequest::get(path).bearer(&token.clone().expired().sign());
        assert_eq!(ask(expired).0, 401, "{path}");
    }
}
