use axioms_rocket::requires;
use rocket::catch;

#[requires(any_scopes = "read:messages")]
#[catch(404)]
fn above() -> &'static str {
    "for some only"
}

#[catch(403)]
#[requires(any_scopes = "read:messages")]
fn below() -> &'static str {
    "for some only"
}

fn main() {}
