//! What a boxed future does is checked inside it, and nothing may run before.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_core as requires;
use std::future::Future;
use std::pin::Pin;

#[requires(any_scopes = "read", crate = fake)]
fn read(token: fake::AccessToken) -> Pin<Box<dyn Future<Output = Result<u8, fake::Denied>>>> {
    println!("before the check");
    Box::pin(async move {
        drop(token);
        Ok(1)
    })
}

fn main() {
    drop(read(fake::AccessToken));
}
