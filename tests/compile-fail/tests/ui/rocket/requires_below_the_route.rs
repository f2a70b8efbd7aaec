use axioms_rocket::requires;
use rocket::get;

#[get("/messages")]
#[requires(any_scopes = "read:messages")]
fn messages() -> &'static str {
    "for some only"
}

fn main() {}
