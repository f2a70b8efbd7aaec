use axioms_core::AccessToken;
use axioms_rocket::requires;
use rocket::get;

#[requires(any_scopes = "read:messages")]
#[get("/messages")]
fn messages(token: AccessToken) -> String {
    token.subject().unwrap_or_default().to_owned()
}

fn main() {}
