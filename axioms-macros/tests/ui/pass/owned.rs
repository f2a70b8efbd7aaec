//! Structs of every shape, and nothing warns.

#![deny(warnings, missing_docs, clippy::pedantic)]

#[path = "../fake.rs"]
#[allow(clippy::pedantic)]
mod fake;

use axioms_macros::{Owned, OwnedAxum};
use fake::__private::Owned as _;

#[derive(Owned)]
#[owner(crate = fake)]
struct Named {
    _title: u8,
    #[owner]
    r#type: String,
}

#[derive(OwnedAxum)]
#[owner(crate = crate::fake)]
struct Tuple(u8, #[owner(claim = "client_id")] Option<&'static str>);

#[derive(Owned)]
#[owner(crate = fake)]
struct Generic<'a, T, const N: usize>
where
    T: fake::__private::OwnerValue,
{
    _rest: &'a [u8; N],
    #[owner]
    owner: T,
}

#[derive(Owned)]
#[owner(crate = fake)]
struct Unsized(#[owner] str);

fn owner_claim<T: fake::__private::Owned + ?Sized>() -> &'static str {
    T::OWNER_CLAIM
}

fn main() {
    let named = Named { _title: 1, r#type: "alice".to_owned() };
    assert!(named.is_owned_by("alice") && !named.is_owned_by("bob"));
    assert_eq!(owner_claim::<Named>(), "sub");
    let tuple = Tuple(1, Some("client"));
    assert!(tuple.0 == 1 && tuple.is_owned_by("client"));
    assert_eq!(owner_claim::<Tuple>(), "client_id");
    let generic = Generic { _rest: &[1], owner: "alice" };
    assert!(generic.is_owned_by("alice"));
    assert_eq!(owner_claim::<Unsized>(), "sub");
}
