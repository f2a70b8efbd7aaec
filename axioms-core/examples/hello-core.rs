//! A guard without a framework, in one file to copy. It needs axioms-core. Run it with a token and
//! your issuer, or with the issuer that `cargo run -p example-bare` starts:
//!
//! `AXIOMS_ISS_URL=https://issuer.example.com AXIOMS_AUDIENCE=https://api.example.com cargo run -p axioms-core --example hello-core -- TOKEN`

use axioms_core::http::{Request, Response};
use axioms_core::{Policy, Validator};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let validator = Validator::from_env()?;
    let policy = Policy::builder().any_scopes(["read:messages"]).build()?;
    // Your server has the request already.
    let token = std::env::args().nth(1).unwrap_or_default();
    let request = Request::get("/messages").header("Authorization", format!("Bearer {token}")).body(())?;
    let response: Response<String> = match validator.authorize(&request, &policy) {
        Ok(token) => {
            let subject = token.as_ref().and_then(|token| token.subject()).unwrap_or("a service");
            Response::new(format!("messages of {subject}"))
        }
        Err(refusal) => refusal.into(),
    };
    println!("{}\n{}", response.status(), response.body());
    Ok(())
}
