//! No method reaches a guarded handler without a token: the attacks on preflights and on overridden
//! methods.

use axioms_rocket::{Policy, policy, require, requires};
use rocket::fairing::AdHoc;
use rocket::http::{ContentType, Method, Status};
use rocket::route::{Handler, Outcome};
use rocket::{Build, Data, Request, Rocket, Route, routes};

use crate::api::Api;

const METHODS: [Method; 9] = [
    Method::Get,
    Method::Put,
    Method::Post,
    Method::Delete,
    Method::Options,
    Method::Head,
    Method::Trace,
    Method::Connect,
    Method::Patch,
];

/// A service of another crate, which answers everything.
#[derive(Clone)]
struct Service;

#[rocket::async_trait]
impl Handler for Service {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        Outcome::from(request, "reached")
    }
}

/// Routes for every method, on one path and on all paths below it.
fn service() -> Vec<Route> {
    let routes =
        METHODS.map(|method| [Route::new(method, "/", Service), Route::new(method, "/<_..>", Service)]);
    routes.into_iter().flatten().collect()
}

/// The same with the lowest rank.
fn fallback() -> Vec<Route> {
    METHODS.map(|method| Route::ranked(20, method, "/<_..>", Service)).into()
}

#[requires]
#[rocket::options("/")]
fn options() -> &'static str {
    "reached"
}

#[requires]
#[rocket::delete("/")]
fn delete() -> &'static str {
    "reached"
}

#[requires]
#[rocket::get("/")]
fn get() -> &'static str {
    "reached"
}

/// Replaces a request's method with the one in a header, as programs do for clients that support
/// only two methods.
fn method_override() -> AdHoc {
    AdHoc::on_request("method override", |request, _| {
        Box::pin(async move {
            let wanted =
                request.headers().get_one("X-HTTP-Method-Override").and_then(|name| name.parse().ok());
            if let Some(method) = wanted {
                request.set_method(method);
            }
        })
    })
}

fn rocket(rocket: Rocket<Build>) -> Rocket<Build> {
    rocket
        .attach(method_override())
        .mount("/handler", routes![options, delete, get])
        .mount("/mount", require(Policy::VALID_TOKEN, service()))
        .mount("/nested/mount", require(Policy::VALID_TOKEN, require(Policy::VALID_TOKEN, service())))
        .mount("/fallback", require(Policy::VALID_TOKEN, fallback()))
}

#[rocket::async_test]
async fn no_method_reaches_a_guarded_handler_without_a_token() {
    let api = Api::start(rocket).await;
    for path in ["/handler", "/mount", "/mount/a/b", "/nested/mount", "/fallback", "/fallback/a"] {
        for method in METHODS {
            for overriding in [None, Some("DELETE"), Some("OPTIONS"), Some("HEAD"), Some("GET")] {
                let mut request = api.client.req(method, path);
                request.add_header(rocket::http::Header::new("Access-Control-Request-Method", "DELETE"));
                if let Some(overriding) = overriding {
                    request.add_header(rocket::http::Header::new("X-HTTP-Method-Override", overriding));
                }
                let response = request.dispatch().await;
                let (status, body) = (response.status(), response.into_string().await.unwrap_or_default());
                let refused = status == Status::Unauthorized || status == Status::NotFound;
                assert!(
                    refused && !body.contains("reached"),
                    "{method} {path} {overriding:?}: {status} {body}"
                );
            }
        }
    }
}

policy! {
    /// In Rocket a function is one route, so each method has its own function. All have this
    /// policy.
    Notes(GET(public), POST(any_scopes = "write"), DELETE());
}

macro_rules! notes {
    ($($method:ident $name:ident),*) => {$(
        #[requires(Notes)]
        #[rocket::$method("/notes")]
        fn $name() -> &'static str {
            "ok"
        }
    )*};
}

notes!(get get_notes, post post_notes, put put_notes, delete delete_notes);

#[rocket::async_test]
async fn a_policy_with_a_name_has_a_demand_for_each_method() {
    let routes = routes![get_notes, post_notes, put_notes, delete_notes];
    let api = Api::start(|rocket| rocket.mount("/", routes)).await;
    let (plain, writer) = (api.token().sign(), api.token().scopes(["write"]).sign());
    let rows = [
        (Method::Get, [200, 200, 200]),
        (Method::Head, [200, 200, 200]),
        (Method::Post, [401, 403, 200]),
        (Method::Delete, [401, 200, 200]),
        // The policy does not name this method.
        (Method::Put, [401, 403, 403]),
    ];
    for (method, expected) in rows {
        for (token, expected) in [None, Some(&plain), Some(&writer)].into_iter().zip(expected) {
            let mut request = api.client.req(method, "/notes");
            if let Some(token) = token {
                let value = format!("Bearer {token}");
                request.add_header(rocket::http::Header::new("Authorization", value));
            }
            assert_eq!(request.dispatch().await.status().code, expected, "{method} {token:?}");
        }
    }
}

/// Rocket itself takes the method from a form's first field.
#[rocket::async_test]
async fn the_method_of_a_form_is_guarded_too() {
    let api = Api::start(rocket).await;
    for path in ["/handler", "/mount"] {
        for method in ["delete", "options", "get", "head"] {
            let request = api.client.post(path).header(ContentType::Form).body(format!("_method={method}"));
            let response = request.dispatch().await;
            let (status, body) = (response.status(), response.into_string().await.unwrap_or_default());
            let refused = status == Status::Unauthorized || status == Status::NotFound;
            assert!(refused && !body.contains("reached"), "{method} {path}: {status} {body}");
        }
    }
}

#[test]
#[should_panic(expected = "Rocket answers HEAD as GET")]
fn a_mount_refuses_a_demand_for_head_that_has_no_effect() {
    let policy = Policy::builder()
        .public("GET")
        .method(axioms_core::http::Method::HEAD, |head| head.any_roles(["admin"]))
        .build()
        .expect("a valid policy");
    let _ = require(policy, service());
}
