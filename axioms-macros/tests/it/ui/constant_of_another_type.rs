//! Constants that are not text.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

const OWNED: String = String::new();
static OWNED_STATIC: String = String::new();
const MAYBE: Option<&str> = Some("admin");

enum Role {
    Admin,
}

fn function() {}

#[requires(any_roles = OWNED, crate = fake)]
fn handler_1() {}

#[requires(any_roles = OWNED_STATIC, crate = fake)]
fn handler_2() {}

#[requires(any_roles = Role::Admin, crate = fake)]
fn handler_3() {}

#[requires(any_roles = ["x", MAYBE], crate = fake)]
fn handler_4() {}

#[requires(any_roles = self::function, crate = fake)]
fn handler_5() {}

fn main() {}
