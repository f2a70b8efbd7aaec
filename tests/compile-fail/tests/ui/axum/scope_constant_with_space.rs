use axioms_axum::requires;

const TWO: &str = "read write";

#[requires(GET(public), POST(any_scopes = TWO))]
async fn handler() {}

fn main() {}
