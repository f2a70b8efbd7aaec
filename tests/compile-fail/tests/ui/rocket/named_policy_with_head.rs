use axioms_rocket::{policy, requires};
use rocket::{get, head};

policy! {
    Messages(GET(public), HEAD(any_scopes = "read:messages"));
}

#[requires(Messages)]
#[get("/messages")]
fn messages() -> &'static str {
    "for some only"
}

#[requires(Messages)]
#[head("/messages")]
fn head_of_messages() {}

fn main() {}
