use axioms_axum::Authorized;
use axum::debug_handler;

struct Admins;

#[debug_handler]
async fn handler(_: Authorized<Admins>) {}

fn main() {}
