use axioms_axum::{policy, requires};

policy! {
    Articles(GET(public), POST(any_scopes = "articles:write"));
}

#[requires(Articles, any_roles = "admin")]
async fn handler() {}

fn main() {}
