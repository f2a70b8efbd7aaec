//! actix-web answers by the contract that every adapter shares, on sockets.

use std::net::{SocketAddr, TcpListener};
use std::thread;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, guard, web};
use axioms_actix::{
    AccessToken, OptionalAccessToken, Owned, Policy, Refused, Validator, guards, requires,
};
use axioms_testing::contract;

async fn public() -> &'static str {
    "ok"
}

/// One handler for each route whose policy is all that there is to it.
macro_rules! guarded {
    ($($name:ident: $(#[$requires:meta])+;)*) => {$(
        $(#[$requires])+
        async fn $name() -> &'static str {
            "ok"
        }
    )*};
}

guarded! {
    token: #[requires];
    any_scopes: #[requires(any_scopes = ["read:messages", "read:data"])];
    all_scopes: #[requires(all_scopes = ["read:messages", "write:messages"])];
    any_roles: #[requires(any_roles = ["admin", "editor"])];
    all_roles: #[requires(all_roles = ["admin", "superuser"])];
    any_permissions: #[requires(any_permissions = ["create:articles", "update:articles"])];
    all_permissions: #[requires(all_permissions = ["create:articles", "update:articles"])];
    mixed: #[requires(any_scopes = "openid", any_roles = "admin", any_permissions = "manage:system")];
    groups: #[requires(any(all(any_scopes = "a", all_scopes = "b"), any_roles = "admin"))];
    methods: #[requires(GET(public), POST(any_scopes = "write:data"), DELETE())];
}

async fn subject(token: AccessToken) -> String {
    token.subject().unwrap_or_default().to_owned()
}

async fn optional(OptionalAccessToken(token): OptionalAccessToken) -> String {
    token.as_ref().and_then(|token| token.subject()).unwrap_or("anonymous").to_owned()
}

/// actix's own `Option`, which is `None` for bad credentials too.
async fn optional_of_actix(token: Option<AccessToken>) -> String {
    optional(OptionalAccessToken(token)).await
}

#[requires]
async fn dynamic(
    token: AccessToken,
    request: actix_web::HttpRequest,
) -> Result<&'static str, Refused> {
    if request.query_string() == "all" {
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
async fn owned(owner: web::Path<String>, token: AccessToken) -> Result<&'static str, Refused> {
    token.require_owner(&Note { owner: owner.into_inner() })?;
    Ok("ok")
}

#[requires(any_scopes = "write:data")]
async fn body(body: web::Json<serde_json::Value>) -> String {
    body["text"].as_str().unwrap_or_default().to_owned()
}

/// A route of `GET`, which actix does not ask for `HEAD`.
fn get() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/public", get().to(public))
        .route("/token", get().to(token))
        .route("/any-scopes", get().to(any_scopes))
        .route("/all-scopes", get().to(all_scopes))
        .route("/any-roles", get().to(any_roles))
        .route("/all-roles", get().to(all_roles))
        .route("/any-permissions", get().to(any_permissions))
        .route("/all-permissions", get().to(all_permissions))
        .route("/mixed", get().to(mixed))
        .route("/groups", get().to(groups))
        .route("/methods", web::route().to(methods))
        .route("/subject", get().to(subject))
        .route("/dynamic", get().to(dynamic))
        .route("/owned/{owner}", get().to(owned))
        .route("/body", web::post().to(body));
}

fn serve(validator: Option<Validator>, with_routes: fn(&mut web::ServiceConfig)) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
    let address = listener.local_addr().expect("a listener has an address");
    thread::spawn(move || {
        let server = HttpServer::new(move || {
            let install = |config: &mut web::ServiceConfig| {
                if let Some(validator) = &validator {
                    config.app_data(validator.clone());
                }
            };
            App::new()
                .configure(install)
                .configure(with_routes)
                .configure(routes)
                .wrap(from_fn(guards))
        });
        let server = server.workers(1).listen(listener).expect("a bound listener");
        actix_web::rt::System::new().block_on(server.run())
    });
    address
}

#[test]
fn actix_answers_by_the_contract() {
    contract::run(|validator| {
        serve(validator, |config| {
            config.route("/optional", get().to(optional));
        })
    });
}

#[test]
fn an_option_of_actixs_own_answers_by_the_contract_too() {
    contract::run(|validator| {
        serve(validator, |config| {
            config.route("/optional", get().to(optional_of_actix));
        })
    });
}
