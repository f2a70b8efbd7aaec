//! The route on Rocket, guarded by Axioms.

#![forbid(unsafe_code)]

use axioms_rocket::{Validator, ValidatorFairing, requires};
use rocket::fairing::AdHoc;
use rocket::{get, routes};

#[requires(any_scopes = ["read:messages"])]
#[get("/messages")]
fn messages() -> &'static str {
    "messages"
}

#[rocket::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let announce = AdHoc::on_liftoff("Address", |rocket| {
        Box::pin(async move { println!("{}:{}", rocket.config().address, rocket.config().port) })
    });
    let guard = ValidatorFairing::new(Validator::from_env_async().await?);
    rocket::build().attach(announce).attach(guard).mount("/", routes![messages]).launch().await?;
    Ok(())
}
