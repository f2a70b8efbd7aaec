//! The route on Rocket without a guard.

#![forbid(unsafe_code)]

use rocket::fairing::AdHoc;
use rocket::{get, routes};

#[get("/messages")]
fn messages() -> &'static str {
    "messages"
}

#[rocket::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let announce = AdHoc::on_liftoff("Address", |rocket| {
        Box::pin(async move { println!("{}:{}", rocket.config().address, rocket.config().port) })
    });
    rocket::build().attach(announce).mount("/", routes![messages]).launch().await?;
    Ok(())
}
