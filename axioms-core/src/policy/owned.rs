//! Object-level rules: who owns a thing, and how that owner is compared with a claim of the token.

use std::borrow::Cow;
use std::fmt;
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
///
/// # Several issuers
/// An issuer chooses the subjects of its own tokens, so two issuers can give one `sub` to two people (RFC 7519 section
/// 4.1.2). With a validator that trusts several issuers, tenants or any issuer, [`AccessToken::require_owner`] therefore
/// refuses a thing that does not tell whose subject its owner is. Keep the token's `iss` beside its `sub`, and name that
/// field; or write `any_issuer` where the claim is known to be unique among all the issuers, as a GUID of Entra is:
///
/// ```
/// use axioms_core::Owned;
///
/// #[derive(Owned)]
/// struct Article {
///     #[owner(issuer = author_iss)]
///     author_sub: String,
///     author_iss: String,
/// }
///
/// #[derive(Owned)]
/// struct Note {
///     #[owner(claim = "oid", any_issuer)]
///     author_oid: String,
/// }
/// ```
///
/// [`AccessToken::require_owner`]: crate::AccessToken::require_owner
pub trait Owned {
    /// The claim that names the owner.
    const OWNER_CLAIM: &'static str = "sub";

    /// Whether `value`, the token's claim, names this thing's owner: exactly, with no folding of case.
    fn is_owned_by(&self, value: &str) -> bool;

    /// Whose subject the owner is. By default the thing does not tell.
    fn owner_issuer(&self) -> OwnerIssuer<'_> {
        OwnerIssuer::Unstated
    }
}

/// The issuer whose subject owns a thing.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum OwnerIssuer<'a> {
    /// The thing does not tell. That suffices where the validator trusts a single issuer, and owns nothing elsewhere.
    Unstated,
    /// The one whose `iss` is this value, exactly.
    Is(&'a dyn OwnerValue),
    /// Any that the validator trusts: no two of their subjects share the claim's value.
    Any,
}

/// Shows the kind alone.
impl fmt::Debug for OwnerIssuer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unstated => "Unstated",
            Self::Is(_) => "Is(..)",
            Self::Any => "Any",
        })
    }
}

/// A value that a field holds to name an owner.
///
/// Implemented for strings, for integers, and for `Option`s of them; `None` and the empty string are owned by nobody. An
/// integer is compared by its decimal text, so `42` is owned by a `sub` of `"42"`, not of `"042"` or `"+42"`; a claim other
/// than `sub` may also be the JSON number. For a type that has an exact and unique text as its `Display`, such as
/// `uuid::Uuid`, mark the field `#[owner(display)]`. For an id type of your own, implement it by the value inside:
///
/// ```
/// use axioms_core::OwnerValue;
///
/// struct UserId(i64);
///
/// impl OwnerValue for UserId {
///     fn is_owner(&self, claim: &str) -> bool {
///         self.0.is_owner(claim)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a claim of an access token",
    label = "this field cannot hold an owner",
    note = "an owner is a string, an integer, an `Option` of one, or a type of yours that implements `OwnerValue`",
    note = "for a type whose `Display` is its exact text, such as a `Uuid`, write `#[owner(display)]`"
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

macro_rules! by_display {
    ($($integer:ty),*) => {$(
        impl OwnerValue for $integer {
            fn is_owner(&self, claim: &str) -> bool {
                is_shown_as(self, claim)
            }
        }
    )*};
}

by_display!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

/// For the output of `#[owner(display)]`: exactly the text of `Display`, and no empty one.
#[must_use]
pub fn is_shown_as(owner: &impl fmt::Display, claim: &str) -> bool {
    owner.to_string().as_str().is_owner(claim)
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
