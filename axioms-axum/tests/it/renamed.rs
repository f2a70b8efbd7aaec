//! `crate = path` finds the SDK under another name, in any module.

#![deny(warnings)]

use axioms_axum as guard_crate;
use axum::Router;
use axum::routing::get;

mod deep {
    pub(crate) use axioms_axum as sdk;
}

const READ: &str = "read";

#[guard_crate::requires(crate = guard_crate, any_scopes = READ)]
async fn here() -> &'static str {
    "ok"
}

#[deep::sdk::requires(crate = crate::renamed::deep::sdk, GET(public), POST(any(any_scopes = READ, any_roles = "staff")))]
async fn there(token: Option<deep::sdk::AccessToken>) -> String {
    format!("{:?}", token.map(deep::sdk::AccessToken::into_inner))
}

guard_crate::policy! {
    Readers(any_scopes = READ);
}

#[guard_crate::requires(crate = guard_crate, Readers, any_roles = "staff")]
async fn shared() -> &'static str {
    "ok"
}

#[derive(guard_crate::Owned)]
#[owner(crate = guard_crate)]
struct Note {
    #[owner(claim = "client_id")]
    owner: Option<String>,
}

fn owns(token: &guard_crate::AccessToken) -> Result<(), guard_crate::Refused> {
    token.require_owner(&Note { owner: None })
}

#[test]
fn handlers_and_objects_name_the_sdk_as_the_user_does() {
    let _ = owns;
    let _router: Router =
        Router::new().route("/here", get(here)).route("/there", get(there)).route("/shared", get(shared));
}
