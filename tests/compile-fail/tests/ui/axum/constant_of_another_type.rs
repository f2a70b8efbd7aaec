use axioms_axum::requires;

const READ: String = String::new();

#[requires(any_scopes = ["write", READ])]
async fn handler() {}

fn main() {}
