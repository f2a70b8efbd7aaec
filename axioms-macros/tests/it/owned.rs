//! The derive accepts structs of any form, without a warning.

#![deny(warnings, missing_docs)]

use crate::fake;
use crate::fake::__private::{Owned as _, OwnerIssuer};
use axioms_macros::{Owned, OwnedAxum};

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

/// A number that implements `Display` but not `OwnerValue`.
struct Id(u32);

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "id-{}", self.0)
    }
}

#[derive(Owned)]
#[owner(crate = fake)]
struct Issued {
    #[owner(claim = "uid", issuer = r#type, display)]
    id: Id,
    r#type: Option<String>,
}

#[derive(Owned)]
#[owner(crate = fake)]
struct IssuedTuple(&'static str, #[owner(display, issuer = 0)] Option<Id>);

#[derive(Owned)]
#[owner(crate = fake)]
struct Unique(#[owner(any_issuer)] String);

fn owner_claim<T: fake::__private::Owned + ?Sized>() -> &'static str {
    T::OWNER_CLAIM
}

#[test]
fn each_shape_of_struct_has_its_owner() {
    let named = Named { _title: 1, r#type: "alice".to_owned() };
    assert!(named.is_owned_by("alice") && !named.is_owned_by("bob"));
    assert_eq!(owner_claim::<Named>(), "sub");
    let tuple = Tuple(1, Some("client"));
    assert!(tuple.0 == 1 && tuple.is_owned_by("client"));
    assert_eq!(owner_claim::<Tuple>(), "client_id");
    let generic = Generic { _rest: &[1], owner: "alice" };
    assert!(generic.is_owned_by("alice"));
    assert_eq!(owner_claim::<Unsized>(), "sub");
    assert!(matches!(named.owner_issuer(), OwnerIssuer::Unstated));

    let issued = Issued { id: Id(7), r#type: Some("https://a.example".to_owned()) };
    assert!(issued.is_owned_by("id-7") && !issued.is_owned_by("7"));
    assert_eq!(owner_claim::<Issued>(), "uid");
    let is_of =
        |issuer: &str| matches!(issued.owner_issuer(), OwnerIssuer::Is(owner) if owner.is_owner(issuer));
    assert!(is_of("https://a.example") && !is_of("https://b.example"));
    let tuple = IssuedTuple("a", Some(Id(1)));
    assert!(tuple.is_owned_by("id-1") && !IssuedTuple("a", None).is_owned_by("id-1"));
    assert!(matches!(tuple.owner_issuer(), OwnerIssuer::Is(owner) if owner.is_owner(tuple.0)));
    assert!(matches!(Unique(String::new()).owner_issuer(), OwnerIssuer::Any));
}
