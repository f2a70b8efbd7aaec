//! A guarded API on Rocket, in one file to copy. It needs axioms-rocket and rocket. Run it with
//! your issuer, or with the one that `cargo run -p example-rocket` starts:
//!
//! `AXIOMS_ISS_URL=https://issuer.example.com AXIOMS_AUDIENCE=https://api.example.com cargo run -p axioms-rocket --example hello-rocket`

#![allow(clippy::needless_pass_by_value, reason = "Rocket passes arguments by value")]

use axioms_rocket::{AccessToken, Validator, ValidatorFairing, requires};
use rocket::{Config, get, routes};

#[requires(any_scopes = "read:messages")]
#[get("/messages")]
fn messages(token: AccessToken) -> String {
    format!("messages of {}\n", token.subject().unwrap_or("a service"))
}

#[rocket::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let validator = Validator::from_env_async().await?;
    let app = rocket::custom(Config { port: 3000, ..Config::default() });
    println!("try: curl -i http://127.0.0.1:3000/messages -H 'Authorization: Bearer TOKEN'");
    app.attach(ValidatorFairing::new(validator)).mount("/", routes![messages]).launch().await?;
    Ok(())
}
