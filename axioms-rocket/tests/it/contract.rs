//! Rocket answers by the contract that every adapter shares.

use axioms_rocket::{
    AccessToken, OptionalAccessToken, Owned, Policy, Refused, Validator, ValidatorFairing, policy, requires,
};
use axioms_testing::contract;
use rocket::serde::json::{Json, Value};
use rocket::{Build, Rocket, Route, delete, get, post, put, routes};

const WRITE: &str = "write:data";

#[get("/public")]
fn public() -> &'static str {
    "ok"
}

#[requires]
#[get("/token")]
fn token() -> &'static str {
    "ok"
}

#[requires(any_scopes = ["read:messages", "read:data"])]
#[get("/any-scopes")]
fn any_scopes() -> &'static str {
    "ok"
}

#[requires(all_scopes = ["read:messages", "write:messages"])]
#[get("/all-scopes")]
fn all_scopes() -> &'static str {
    "ok"
}

#[requires(any_roles = ["admin", "editor"])]
#[get("/any-roles")]
fn any_roles() -> &'static str {
    "ok"
}

#[requires(all_roles = ["admin", "superuser"])]
#[get("/all-roles")]
fn all_roles() -> &'static str {
    "ok"
}

#[requires(any_permissions = ["create:articles", "update:articles"])]
#[get("/any-permissions")]
fn any_permissions() -> &'static str {
    "ok"
}

#[requires(all_permissions = ["create:articles", "update:articles"])]
#[get("/all-permissions")]
fn all_permissions() -> &'static str {
    "ok"
}

#[requires(any_scopes = "openid", any_roles = "admin", any_permissions = "manage:system")]
#[get("/mixed")]
fn mixed() -> &'static str {
    "ok"
}

#[requires(any(all(any_scopes = "a", all_scopes = "b"), any_roles = "admin"))]
#[get("/groups")]
fn groups() -> &'static str {
    "ok"
}

policy! {
    /// A function is one route in Rocket, so each method has its own, under this policy.
    Methods(GET(public), POST(any_scopes = WRITE), DELETE())
}

macro_rules! methods {
    ($($method:ident $name:ident),*) => {$(
        #[requires(Methods)]
        #[$method("/methods")]
        fn $name() -> &'static str {
            "ok"
        }
    )*};
}

methods!(get get_methods, post post_methods, put put_methods, delete delete_methods);

#[get("/subject")]
fn subject(token: AccessToken) -> String {
    token.subject().unwrap_or_default().to_owned()
}

#[get("/optional")]
fn optional(token: OptionalAccessToken) -> String {
    token.as_ref().and_then(|token| token.subject()).unwrap_or("anonymous").to_owned()
}

#[get("/optional")]
fn optional_of_rocket(token: Option<AccessToken>) -> String {
    token.as_ref().and_then(|token| token.subject()).unwrap_or("anonymous").to_owned()
}

#[requires]
#[get("/dynamic?<all>")]
fn dynamic(token: AccessToken, all: Option<&str>) -> Result<&'static str, Refused> {
    if all.is_some() {
        let admins = Policy::builder().any_roles(["admin"]).build().expect("a sound policy");
        token.require(&admins)?;
    }
    Ok("ok")
}

#[derive(Owned)]
struct Note {
    #[owner]
    owner: String,
}

#[requires]
#[get("/owned/<owner>")]
fn owned(owner: String, token: AccessToken) -> Result<&'static str, Refused> {
    token.require_owner(&Note { owner })?;
    Ok("ok")
}

#[requires(any_scopes = WRITE)]
#[post("/body", data = "<body>")]
fn body(body: Json<Value>) -> String {
    body.get("text").and_then(|text| text.as_str()).unwrap_or_default().to_owned()
}

/// A fairing for none of the contract's routes.
fn elsewhere() -> ValidatorFairing {
    let builder = Validator::builder().audience("https://api.example.com").issuer("http://127.0.0.1:9");
    ValidatorFairing::new(builder.prefetch(false).build().expect("a sound configuration")).at("/elsewhere")
}

fn rocket(validator: Option<Validator>, optional: Vec<Route>) -> Rocket<Build> {
    let routes = routes![
        public,
        token,
        any_scopes,
        all_scopes,
        any_roles,
        all_roles,
        any_permissions,
        all_permissions,
        mixed,
        groups,
        get_methods,
        post_methods,
        put_methods,
        delete_methods,
        subject,
        dynamic,
        owned,
        body,
    ];
    let rocket = crate::server::quiet().mount("/", routes).mount("/", optional);
    match validator {
        Some(validator) => rocket.attach(ValidatorFairing::new(validator)),
        // Without any, Rocket would not launch it.
        None => rocket.mount("/elsewhere", routes![public]).attach(elsewhere()),
    }
}

fn answers_by_the_contract(optional: fn() -> Vec<Route>) {
    contract::run(|validator| crate::server::launch(rocket(validator, optional())));
}

#[test]
fn rocket_answers_by_the_contract() {
    answers_by_the_contract(|| routes![optional]);
}

#[test]
fn an_option_of_rockets_own_answers_by_the_contract_too() {
    answers_by_the_contract(|| routes![optional_of_rocket]);
}
