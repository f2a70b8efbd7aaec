//! Object-level rules: who owns a thing, and how that owner is compared with a claim of the token.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

/// A thing that belongs to somebody, named by a claim of their access token.
///
/// Derive it, and mark the field that holds the owner:
///
/// ```
/// use axioms_core::Owned;
///
/// #[derive(Owned)]
/// struct Article {
///     title: String,
///     #[owner]
///     author_sub: String,
/// }
///
/// let article = Article { title: "On keys".into(), author_sub: "auth0|alice".into() };
/// assert!(article.is_owned_by("auth0|alice"));
/// assert!(!article.is_owned_by("auth0|bob"));
/// ```
///
/// The owner is compared with `sub` unless another claim is named: `#[owner(claim = "client_id")]`.
pub trait Owned {
    /// The claim that names the owner.
    const OWNER_CLAIM: &'static str = "sub";

    /// Whether `value`, the token's claim, names this thing's owner: exactly, with no folding of case.
    fn is_owned_by(&self, value: &str) -> bool;
}

/// A field that can hold an owner.
///
/// Implemented for strings and for `Option`s of them; `None` and the empty string are owned by nobody. Implement
/// it for an id type of your own by comparing with the claim's text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a claim of an access token",
    label = "this field cannot hold an owner",
    note = "an owner is a string (`String`, `&str`, `Box<str>`, `Arc<str>`, `Cow<str>`), an `Option` of one, or a type of yours that implements `OwnerValue`"
)]
pub trait OwnerValue {
    /// Whether this value is the owner that the claim names.
    fn is_owner(&self, claim: &str) -> bool;
}

impl OwnerValue for str {
    fn is_owner(&self, claim: &str) -> bool {
        !self.is_empty() && self == claim
    }
}

impl OwnerValue for String {
    fn is_owner(&self, claim: &str) -> bool {
        self.as_str().is_owner(claim)
    }
}

impl OwnerValue for Cow<'_, str> {
    fn is_owner(&self, claim: &str) -> bool {
        self.as_ref().is_owner(claim)
    }
}

impl<T: OwnerValue> OwnerValue for Option<T> {
    fn is_owner(&self, claim: &str) -> bool {
        self.as_ref().is_some_and(|owner| owner.is_owner(claim))
    }
}

macro_rules! through_pointer {
    ($($pointer:ty),*) => {$(
        impl<T: OwnerValue + ?Sized> OwnerValue for $pointer {
            fn is_owner(&self, claim: &str) -> bool {
                (**self).is_owner(claim)
            }
        }
    )*};
}

through_pointer!(&T, Box<T>, Rc<T>, Arc<T>);
