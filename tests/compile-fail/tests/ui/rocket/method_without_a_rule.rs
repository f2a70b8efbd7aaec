use axioms_rocket::{policy, requires};
use rocket::{delete, get, post};

policy! {
    Articles(GET(public), default(any_scopes = "write:articles"));
}

#[requires(GET(public), DELETE(any_scopes = "write:articles"))]
#[post("/articles")]
fn create() -> &'static str {
    "refuses every request"
}

#[requires(GET(public), default(any_scopes = "write:articles"))]
#[delete("/articles")]
fn delete_articles() -> &'static str {
    "the default is its rule"
}

#[requires(Articles)]
#[get("/articles")]
fn read() -> &'static str {
    "a policy with a name is not seen"
}

#[requires(GET(public), "PROPFIND"(any_scopes = "read:articles"))]
#[get("/properties")]
fn properties() -> &'static str {
    "no route"
}

fn main() {}
