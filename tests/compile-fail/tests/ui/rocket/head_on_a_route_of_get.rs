use axioms_rocket::requires;
use rocket::get;

#[requires(GET(public), HEAD(any_scopes = "read:messages"))]
#[get("/messages")]
fn messages() -> &'static str {
    "for some only"
}

fn main() {}
