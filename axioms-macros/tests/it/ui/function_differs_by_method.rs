//! A plain function has no request, so its policy must not differ by method.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_core as requires;
use fake::{AccessToken, Denied};

mod policies {
    crate::policy! {
        pub(super) Articles(GET(public), POST(any_scopes = "articles:write"));
    }
}

#[requires(policies::Articles, crate = fake)]
fn store(_token: AccessToken) -> Result<(), Denied> {
    Ok(())
}

fn main() {}
