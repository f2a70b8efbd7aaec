//! warp answers by the contract that every adapter shares.

use std::convert::Infallible;
use std::net::SocketAddr;

use crate::support::serve;
use axioms_testing::contract;
use axioms_warp::{
    AccessToken, Authorized, HasPolicy, Owned, Policy, Refusal, Refused, Validator, access_token, authorized,
    authorized_with_token, optional_access_token, recover, requires,
};
use warp::filters::BoxedFilter;
use warp::reply::Response;
use warp::{Filter, Rejection, Reply};

const WRITE: &str = "write:data";

#[requires]
async fn token() -> &'static str {
    "ok"
}

#[requires(any_scopes = ["read:messages", "read:data"])]
async fn any_scopes() -> &'static str {
    "ok"
}

#[requires(all_scopes = ["read:messages", "write:messages"])]
async fn all_scopes() -> &'static str {
    "ok"
}

#[requires(any_roles = ["admin", "editor"])]
async fn any_roles() -> &'static str {
    "ok"
}

#[requires(all_roles = ["admin", "superuser"])]
async fn all_roles() -> &'static str {
    "ok"
}

#[requires(any_permissions = ["create:articles", "update:articles"])]
async fn any_permissions() -> &'static str {
    "ok"
}

#[requires(all_permissions = ["create:articles", "update:articles"])]
async fn all_permissions() -> &'static str {
    "ok"
}

#[requires(any_scopes = "openid", any_roles = "admin", any_permissions = "manage:system")]
async fn mixed() -> &'static str {
    "ok"
}

#[requires(any(all(any_scopes = "a", all_scopes = "b"), any_roles = "admin"))]
async fn groups() -> &'static str {
    "ok"
}

#[requires(GET(public), POST(any_scopes = WRITE), DELETE())]
async fn methods() -> Result<&'static str, Infallible> {
    Ok("ok")
}

async fn subject(token: AccessToken) -> String {
    token.subject().unwrap_or_default().to_owned()
}

async fn optional(token: Option<AccessToken>) -> String {
    token.as_ref().and_then(AccessToken::subject).unwrap_or("anonymous").to_owned()
}

#[requires]
async fn dynamic(token: AccessToken, query: String) -> Result<&'static str, Rejection> {
    if query == "all" {
        let admins = Policy::builder().any_roles(["admin"]).build().expect("a sound policy");
        token.require(&admins).map_err(Refused::from)?;
    }
    Ok("ok")
}

#[derive(Owned)]
struct Note {
    #[owner]
    owner: String,
}

#[requires]
async fn owned(token: AccessToken, owner: String) -> Result<&'static str, Refused> {
    token.require_owner(&Note { owner })?;
    Ok("ok")
}

#[requires(any_scopes = WRITE)]
async fn body(body: serde_json::Value) -> String {
    body.get("text").and_then(|text| text.as_str()).unwrap_or_default().to_owned()
}

/// `GET path`, guarded by what the handler requires; as in other frameworks, `HEAD` is answered
/// too.
fn guarded<P, H, A>(validator: &Validator, path: &'static str, handler: H) -> BoxedFilter<(Response,)>
where
    P: HasPolicy + 'static,
    H: Fn(Authorized<P>) -> A + Clone + Send + Sync + 'static,
    A: Future<Output: Reply + 'static> + Send + 'static,
{
    let get = warp::get().or(warp::head()).unify();
    answer(warp::path(path).and(warp::path::end()).and(get).and(authorized(validator)).then(handler))
}

fn answer<F>(route: F) -> BoxedFilter<(Response,)>
where
    F: Filter<Extract: Reply + Send, Error = Rejection> + Clone + Send + Sync + 'static,
{
    route.recover(recover).map(Reply::into_response).boxed()
}

fn routes(validator: &Validator) -> BoxedFilter<(Response,)> {
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    let token_of = access_token(validator);
    let with_token = authorized_with_token(validator);
    [
        guarded(validator, "token", token),
        guarded(validator, "any-scopes", any_scopes),
        guarded(validator, "all-scopes", all_scopes),
        guarded(validator, "any-roles", any_roles),
        guarded(validator, "all-roles", all_roles),
        guarded(validator, "any-permissions", any_permissions),
        guarded(validator, "all-permissions", all_permissions),
        guarded(validator, "mixed", mixed),
        guarded(validator, "groups", groups),
        answer(warp::path!("methods").and(authorized(validator)).and_then(methods)),
        answer(warp::path!("subject").and(token_of).then(subject)),
        answer(warp::path!("optional").and(optional_access_token(validator)).then(optional)),
        answer(warp::path!("dynamic").and(with_token).and(query).and_then(dynamic)),
        answer(
            warp::path!("owned" / ..)
                .and(authorized_with_token(validator))
                .and(warp::path!(String))
                .then(owned),
        ),
        answer(
            warp::path!("body")
                .and(warp::post())
                .and(authorized(validator))
                .and(warp::body::json())
                .then(body),
        ),
    ]
    .into_iter()
    .fold(public(), |routes, route| routes.or(route).unify().boxed())
}

fn public() -> BoxedFilter<(Response,)> {
    warp::path!("public").map(|| "ok".into_response()).boxed()
}

/// No guard exists without a validator here, since each takes one. What is left of that part of the
/// contract is that a program can give the answer itself.
fn without_validator() -> BoxedFilter<(Response,)> {
    let refuse = || Refused::from(Refusal::not_configured("pass a validator to the guard")).into_response();
    public().or(warp::any().map(refuse)).unify().boxed()
}

#[tokio::test(flavor = "multi_thread")]
async fn warp_answers_by_the_contract() {
    let runtime = tokio::runtime::Handle::current();
    let start = move |validator: Option<Validator>| -> SocketAddr {
        runtime.block_on(serve(validator.as_ref().map_or_else(without_validator, routes)))
    };
    tokio::task::spawn_blocking(move || contract::run(start)).await.expect("the contract holds");
}
