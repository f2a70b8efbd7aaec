//! The reference API without a framework: `cargo run -p example-bare`.
//!
//! With any HTTP server, one call guards a request: [`Validator::authorize`] takes the request and
//! a policy, and its refusal converts into a response; see [`Api::serve`]. [`wire`] does what your
//! own server does to read requests.

#![forbid(unsafe_code)]

mod wire;

use std::error::Error;
use std::io::Read;
use std::process::ExitCode;

use axioms_core::PolicyBuilder;
use axioms_core::http::header::CONTENT_TYPE;
use axioms_core::http::{HeaderValue, Method, Request, Response, StatusCode};
use axioms_core::{AccessToken, Policy, PolicyErrors, Validator};
use example_common::articles::Articles;
use example_common::body::LIMIT;
use example_common::books::Books;
use example_common::failure::Failure;
use example_common::setup::Setup;
use example_common::{address, greeting, messages};
use serde::Serialize;

fn main() -> ExitCode {
    example_common::run(serve)
}

fn serve() -> Result<(), Box<dyn Error>> {
    let setup = Setup::start()?;
    let api = Api {
        validator: setup.validator(),
        routes: routes()?,
        articles: Articles::default(),
        books: Books::default(),
    };
    let listener = address::listen()?;
    greeting::print(env!("CARGO_BIN_NAME"), listener.local_addr()?, &setup);
    let limit = u64::try_from(api.validator.drain_limit())?;
    wire::serve(&listener, limit, |request, body| api.serve(request, body).unwrap_or_else(Response::from));
    Ok(())
}

struct Api {
    validator: Validator,
    routes: Vec<Route>,
    articles: Articles,
    books: Books,
}

type Answer = Result<Response<String>, Failure>;

impl Api {
    fn serve(&self, request: &Request<()>, body: &mut dyn Read) -> Answer {
        let (route, id) = find(&self.routes, request)?;
        match &route.access {
            Access::Public(handler) => handler(),
            Access::Guarded(policy, handler) => {
                // The guard. Nothing else of the request is read before it.
                let token = self.validator.authorize(request, policy)?;
                // `None` would mean that the policy makes the method public. No policy here does.
                let token = token.ok_or(Failure::NotFound)?;
                handler(self, Call { token, id, body })
            }
        }
    }
}

/// A request that passed its guard.
struct Call<'r> {
    token: AccessToken,
    id: &'r str,
    body: &'r mut dyn Read,
}

// The routes, and what each requires.

struct Route {
    method: Method,
    path: &'static str,
    access: Access,
}

enum Access {
    Public(fn() -> Answer),
    Guarded(Policy, fn(&Api, Call<'_>) -> Answer),
}

fn routes() -> Result<Vec<Route>, PolicyErrors> {
    let public = Route {
        method: Method::GET,
        path: "/api/public",
        access: Access::Public(|| Ok(json(&messages::public()))),
    };
    [message_routes(), article_routes(), book_routes()].into_iter().flatten().chain([Ok(public)]).collect()
}

fn route(
    method: Method,
    path: &'static str,
    policy: PolicyBuilder,
    handler: fn(&Api, Call<'_>) -> Answer,
) -> Result<Route, PolicyErrors> {
    Ok(Route { method, path, access: Access::Guarded(policy.build()?, handler) })
}

type Routes = Vec<Result<Route, PolicyErrors>>;

fn message_routes() -> Routes {
    let policy = Policy::builder;
    let permission = |permission: &str| Policy::builder().any_permissions([permission]);
    let get = |path, policy, handler| route(Method::GET, path, policy, handler);
    vec![
        get("/api/authenticated", policy(), |_, call| Ok(json(&messages::authenticated(&call.token)))),
        get("/api/scope-protected", policy().any_scopes(["read:messages"]), |_, _| {
            Ok(json(&messages::scope_protected()))
        }),
        get("/api/multiple-scopes", policy().any_scopes(["read:messages", "read:data"]), |_, _| {
            Ok(json(&messages::multiple_scopes()))
        }),
        get("/api/all-scopes", policy().all_scopes(["read:messages", "write:messages"]), |_, _| {
            Ok(json(&messages::all_scopes()))
        }),
        get("/api/role-protected", policy().any_roles(["admin", "editor"]), |_, _| {
            Ok(json(&messages::role_protected()))
        }),
        get("/api/all-roles", policy().all_roles(["admin", "superuser"]), |_, _| {
            Ok(json(&messages::all_roles()))
        }),
        route(Method::POST, "/api/permission-protected", permission("create:articles"), |_, _| {
            Ok(created(&messages::permission_protected()))
        }),
        get("/api/multiple-permissions", permission("read:articles"), |_, _| {
            Ok(json(&messages::read_permission()))
        }),
        route(Method::POST, "/api/multiple-permissions", permission("create:articles"), |_, _| {
            Ok(created(&messages::create_permission()))
        }),
        route(Method::PATCH, "/api/multiple-permissions", permission("update:articles"), |_, _| {
            Ok(json(&messages::update_permission()))
        }),
        route(Method::DELETE, "/api/multiple-permissions", permission("delete:articles"), |_, _| {
            Ok(no_content())
        }),
        get(
            "/api/mixed-authorization",
            policy().any_scopes(["openid"]).any_roles(["admin"]).any_permissions(["manage:system"]),
            |_, _| Ok(json(&messages::mixed_authorization())),
        ),
    ]
}

/// Any valid token may ask for the article, but only its owner gets it.
fn article_routes() -> Routes {
    let route = |method, path, handler| route(method, path, Policy::builder(), handler);
    vec![
        route(Method::GET, "/api/articles", |api, call| Ok(json(&api.articles.list(&call.token)))),
        route(Method::POST, "/api/articles", |api, call| {
            let body = read(call.body)?;
            Ok(created(&api.articles.create(&call.token, &body)?))
        }),
        route(Method::GET, "/api/articles/{id}", |api, call| {
            Ok(json(&api.articles.find(&call.token, call.id)?))
        }),
        route(Method::PUT, "/api/articles/{id}", |api, call| {
            // The body is read only for the owner.
            api.articles.find(&call.token, call.id)?;
            Ok(json(&api.articles.replace(&call.token, call.id, &read(call.body)?)?))
        }),
        route(Method::PATCH, "/api/articles/{id}", |api, call| {
            api.articles.find(&call.token, call.id)?;
            Ok(json(&api.articles.change(&call.token, call.id, &read(call.body)?)?))
        }),
        route(Method::DELETE, "/api/articles/{id}", |api, call| {
            api.articles.delete(&call.token, call.id)?;
            Ok(no_content())
        }),
    ]
}

/// Each action has its own scope.
fn book_routes() -> Routes {
    let scope = |scope: &str| Policy::builder().any_scopes([scope]);
    vec![
        route(Method::GET, "/api/books", scope("book:read"), |api, _| Ok(json(&api.books.list()))),
        route(Method::POST, "/api/books", scope("book:create"), |api, call| {
            Ok(created(&api.books.create(&read(call.body)?)?))
        }),
        route(Method::GET, "/api/books/{id}", scope("book:read"), |api, call| {
            Ok(json(&api.books.find(call.id)?))
        }),
        route(Method::PUT, "/api/books/{id}", scope("book:update"), |api, call| {
            api.books.find(call.id)?;
            Ok(json(&api.books.replace(call.id, &read(call.body)?)?))
        }),
        route(Method::PATCH, "/api/books/{id}", scope("book:update"), |api, call| {
            api.books.find(call.id)?;
            Ok(json(&api.books.change(call.id, &read(call.body)?)?))
        }),
        route(Method::DELETE, "/api/books/{id}", scope("book:delete"), |api, call| {
            api.books.delete(call.id)?;
            Ok(no_content())
        }),
    ]
}

/// The route of a request, and the id in its path, or an empty id.
fn find<'a>(routes: &'a [Route], request: &'a Request<()>) -> Result<(&'a Route, &'a str), Failure> {
    let path = request.uri().path();
    let path = path.strip_suffix('/').unwrap_or(path);
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let mut others = Vec::new();
    for route in routes {
        match id(route.path, path) {
            Some(id) if route.method == *method => return Ok((route, id)),
            Some(_) => others.push(route.method.clone()),
            None => {}
        }
    }
    Err(if others.is_empty() { Failure::NotFound } else { Failure::MethodNotAllowed(others) })
}

fn id<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    match pattern.strip_suffix("{id}") {
        Some(prefix) => path.strip_prefix(prefix).filter(|id| !id.is_empty() && !id.contains('/')),
        None => (pattern == path).then_some(""),
    }
}

// Request and response bodies.

/// Reads a body up to the limit.
fn read(body: &mut dyn Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = body.take(LIMIT as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|_| Failure::InvalidRequest("The body cannot be read"))?;
    if bytes.len() > LIMIT { Err(Failure::BodyTooLarge) } else { Ok(bytes) }
}

fn json(value: &impl Serialize) -> Response<String> {
    // Serialization cannot fail: this API answers strings, numbers, and lists of them.
    let mut response = Response::new(serde_json::to_string(value).unwrap_or_default());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn created(value: &impl Serialize) -> Response<String> {
    let mut response = json(value);
    *response.status_mut() = StatusCode::CREATED;
    response
}

fn no_content() -> Response<String> {
    let mut response = Response::new(String::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
