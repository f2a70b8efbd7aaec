use axioms_axum::state::requires;
use axum::Router;
use axum::routing::get;

#[requires(any_scopes = "read")]
async fn handler() {}

fn main() {
    let _router: Router = Router::new().route("/", get(handler));
}
