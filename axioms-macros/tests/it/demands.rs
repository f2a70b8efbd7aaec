//! Each form of demand becomes the expected policy.

#![deny(warnings)]

use crate::fake;
use crate::fake::__private::{Demand, GrantKind, Policy, Quantifier, Requirement};
use crate::fake::policy_of;
use axioms_macros::requires_axum as requires;

const WRITE: &str = "write:data";

mod roles {
    pub(super) const ADMIN: &str = "admin";
    pub(super) const ADMINS: &[&str; 2] = &["admin", "root"];
}

#[requires(crate = fake)]
fn bare() {}

#[requires(any_scopes = ["read:data", WRITE], crate = fake)]
fn list() {}

#[requires(crate = fake, scopes = "a", all_roles = roles::ADMIN)]
fn joined() {}

#[requires(crate = fake, any(all(scopes = "a", roles = "b"), permissions = "c"))]
fn nested() {}

#[requires(crate = fake, GET(public), HEAD(), POST(scopes = "a", roles = "b"), DELETE(all_roles = "admin"),)]
fn methods() {}

#[requires(crate = fake, "PROPFIND"(scopes = "a", roles = "b"), default(all_roles = "admin"))]
fn other_methods() {}

#[requires(crate = fake, any_scopes = SCOPES, all_roles = ["a", roles::ADMINS, WRITE], any_permissions = [LEVELS])]
fn constants() {}

const SCOPES: &[&str] = &["x", "y"];
const LEVELS: [&str; 2] = ["1", "2"];

const fn claims(
    kind: GrantKind,
    quantifier: Quantifier,
    lists: &'static [&'static [&'static str]],
) -> Requirement {
    Requirement::Claims(kind, quantifier, lists)
}

#[test]
fn each_demand_becomes_its_policy() {
    use GrantKind::{Permission, Role, Scope};
    use Quantifier::{All, Any};
    let token = |requirement| Policy::EveryMethod(Demand::Token(requirement));

    assert_eq!(*policy_of(bare), Policy::VALID_TOKEN);
    assert_eq!(*policy_of(list), token(claims(Scope, Any, &[&["read:data"], &["write:data"]])));
    const JOINED: &[Requirement] = &[claims(Scope, Any, &[&["a"]]), claims(Role, All, &[&["admin"]])];
    assert_eq!(*policy_of(joined), token(Requirement::Group(All, JOINED)));
    const BOTH: &[Requirement] = &[claims(Scope, Any, &[&["a"]]), claims(Role, Any, &[&["b"]])];
    const EITHER: &[Requirement] = &[Requirement::Group(All, BOTH), claims(Permission, Any, &[&["c"]])];
    assert_eq!(*policy_of(nested), token(Requirement::Group(Any, EITHER)));
    const CONSTANTS: &[Requirement] = &[
        claims(Scope, Any, &[&["x", "y"]]),
        claims(Role, All, &[&["a"], &["admin", "root"], &["write:data"]]),
        claims(Permission, Any, &[&["1", "2"]]),
    ];
    assert_eq!(*policy_of(constants), token(Requirement::Group(All, CONSTANTS)));
    const RULES: &[(&str, Demand)] = &[
        ("GET", Demand::Public),
        ("HEAD", Demand::VALID_TOKEN),
        ("POST", Demand::Token(Requirement::Group(All, BOTH))),
        ("DELETE", Demand::Token(claims(Role, All, &[&["admin"]]))),
    ];
    assert_eq!(*policy_of(methods), Policy::PerMethod(RULES, None));
    const CUSTOM: &[(&str, Demand)] = &[("PROPFIND", Demand::Token(Requirement::Group(All, BOTH)))];
    let admin = Demand::Token(claims(Role, All, &[&["admin"]]));
    assert_eq!(*policy_of(other_methods), Policy::PerMethod(CUSTOM, Some(admin)));
}
