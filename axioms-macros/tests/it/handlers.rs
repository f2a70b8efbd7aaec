//! Handlers of any form keep their arguments after the guard, without a warning.

#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub)]

use std::fmt::Display;

use crate::fake;
use crate::fake::{AccessToken, Authorized};
use axioms_macros::requires_axum as requires;

/// Sync, with a token.
#[requires(crate = fake, any_scopes = "a")]
fn sync(_token: AccessToken) -> &'static str {
    "sync"
}

/// Generic, with bounds in both places, and an attribute below.
#[requires(crate = fake, any_scopes = "a")]
#[must_use]
async fn generic<'a, T: Display + ?Sized, const N: usize>(
    value: &'a T,
    mut more: [String; N],
) -> impl Display + 'a
where
    T: 'a,
{
    if let Some(first) = more.first_mut() {
        first.push('!');
    }
    value.to_string() + &more.concat()
}

/// Opaque argument, pattern argument.
#[requires(crate = fake, any_scopes = "a")]
fn opaque(shown: impl Display, (a, b): (u8, u8)) -> String {
    format!("{shown}{a}{b}")
}

/// The maximum number of arguments that clippy accepts, without the guard.
#[requires(crate = fake, any_scopes = "a")]
async fn seven(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8) -> u8 {
    std::future::ready(a ^ b ^ c ^ d ^ e ^ f ^ g).await
}

/// A raw name, and inner attributes in the body.
#[requires(crate = fake, any_scopes = "a")]
fn r#type() -> u8 {
    #![allow(clippy::let_and_return)]
    let one = 1;
    one
}

/// The policy of a generic handler depends on its type parameter.
pub trait Resource {
    /// The scope for reading it.
    const READ: &'static str;
    /// The scopes for writing it.
    const WRITE: &'static [&'static str];
}

/// An article.
#[derive(Debug)]
pub struct Article;

impl Resource for Article {
    const READ: &'static str = "read:article";
    const WRITE: &'static [&'static str] = &["write:article", "admin"];
}

/// Lists a resource.
#[requires(crate = fake, any_scopes = [R::READ, "all"], all_roles = <R as Resource>::WRITE)]
pub async fn list<'a, R: Resource + ?Sized, const N: usize>(page: &'a [u8; N]) -> &'a u8
where
    R: 'a,
{
    std::future::ready(&page[0]).await
}

/// The same name in another module.
pub mod elsewhere {
    use crate::fake::{self};
    use axioms_macros::requires_warp as requires;

    /// Visible to the whole world.
    #[requires(crate = fake, any_scopes = "a")]
    pub fn sync() {}

    /// Visible to a part of it.
    #[requires(crate = fake, any_scopes = "a")]
    pub(super) fn parent() {}
}

#[test]
fn a_handler_keeps_its_signature_behind_the_guard() {
    #[requires(crate = fake)]
    fn inner(a: u8) -> u8 {
        a
    }

    assert_eq!(sync(Authorized::new(), AccessToken), "sync");
    let _ = generic(Authorized::new(), "a", [String::new()]);
    assert_eq!(opaque(Authorized::new(), "a", (1, 2)), "a12");
    drop(seven(Authorized::new(), 1, 2, 3, 4, 5, 6, 7));
    assert_eq!(r#type(Authorized::new()), 1);
    elsewhere::sync(Authorized::new());
    elsewhere::parent(Authorized::new());
    assert_eq!(inner(Authorized::new(), 1), 1);
    let guard = Authorized::new();
    let demanded = format!("{:?}", guard.policy());
    for scope in ["read:article", "all", "write:article", "admin"] {
        assert!(demanded.contains(scope), "{demanded}");
    }
    drop(list::<Article, 1>(guard, &[1]));
}
