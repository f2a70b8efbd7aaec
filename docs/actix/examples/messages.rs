//! A program on axioms-actix: it depends only on the adapter.

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, get, post, web};
use axioms_actix::{
    AccessToken, Owned, Refused, Validator, guards, policy, requires, requires_token,
};

policy! {
    /// Those who may edit.
    Editors(any_scopes = "articles:write", any_roles = "editor");
}

#[derive(Owned)]
struct Article {
    #[owner]
    author: String,
}

#[requires(any_scopes = "read:messages")]
#[get("/messages")]
async fn messages(token: AccessToken) -> String {
    format!("messages of {}", token.subject().unwrap_or("a service"))
}

#[requires(Editors)]
#[post("/articles/{author}/deletion")]
async fn deletion(author: web::Path<String>, token: AccessToken) -> Result<&'static str, Refused> {
    token.require_owner(&Article { author: author.into_inner() })?;
    delete(&token)
}

#[requires_token(any_scopes = "articles:delete")]
fn delete(token: &AccessToken) -> Result<&'static str, Refused> {
    Ok("gone")
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let validator = Validator::builder()
        .audience("https://api.example.com")
        .issuer("https://issuer.example.com")
        .build_async()
        .await?;
    let app = move || {
        App::new()
            .app_data(validator.clone())
            .service(messages)
            .service(deletion)
            .wrap(from_fn(guards))
    };
    HttpServer::new(app).bind("127.0.0.1:8000")?.run().await?;
    Ok(())
}
