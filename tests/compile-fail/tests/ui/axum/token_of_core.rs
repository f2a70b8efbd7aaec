use axioms_axum::requires;
use axioms_core::AccessToken;
use axum::Router;
use axum::routing::get;

#[requires(any_scopes = "read")]
async fn handler(token: AccessToken) -> String {
    token.subject().unwrap_or_default().to_owned()
}

fn main() {
    let _router: Router = Router::new().route("/", get(handler));
}
