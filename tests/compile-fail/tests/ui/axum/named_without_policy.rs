use axioms_axum::requires;

struct Admins;

#[requires(Admins)]
async fn handler() {}

fn main() {}
