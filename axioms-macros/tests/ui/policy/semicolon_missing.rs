//! Declarations end with a semicolon.

#[path = "../fake.rs"]
mod fake;

crate::policy! {
    A(any_scopes = "a")
    B(any_scopes = "b");
}

crate::policy! {
    C(any_scopes = "c"),
    D(any_scopes = "d");
}

fn main() {}
