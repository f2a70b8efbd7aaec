//! A guarded API on warp, in one file to copy. It needs axioms-warp, warp with the feature
//! `server`, and tokio with `macros` and `rt-multi-thread`. Run it with your issuer, or with the
//! one that `cargo run -p example-warp` starts:
//!
//! `AXIOMS_ISS_URL=https://issuer.example.com AXIOMS_AUDIENCE=https://api.example.com cargo run -p axioms-warp --example hello-warp`

use axioms_warp::{AccessToken, Validator, authorized_with_token, recover, requires};
use warp::Filter;

#[requires(any_scopes = "read:messages")]
async fn messages(token: AccessToken) -> String {
    format!("messages of {}\n", token.subject().unwrap_or("a service"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let validator = Validator::from_env_async().await?;
    let route = warp::path!("messages").and(warp::get());
    let guarded = route.and(authorized_with_token(&validator)).then(messages).recover(recover);
    println!("try: curl -i http://127.0.0.1:3000/messages -H 'Authorization: Bearer TOKEN'");
    warp::serve(guarded).run(([127, 0, 0, 1], 3000)).await;
    Ok(())
}
