//! Object-level authorization: the owner of a resource, and how it is compared with a claim of the
//! token.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

/// A resource with an owner, which is compared with a claim of the access token.
///
/// Derive it, and mark the field that contains the owner:
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
/// The owner is compared with `sub`, or with the claim named as in `#[owner(claim = "client_id")]`.
///
/// # Several issuers
/// Each issuer chooses the subjects of its own tokens, so two issuers can use the same `sub` for
/// different users (RFC 7519 section 4.1.2). If the validator trusts several issuers, several
/// tenants or any issuer, [`AccessToken::require_owner`] therefore refuses a resource that does not
/// name the issuer of its owner. Store the token's `iss` together with its `sub`, and name that
/// field. If the claim is unique among all issuers, as a GUID of Entra is, write `any_issuer`
/// instead:
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

    /// Whether `value`, the token's claim, is the owner of this resource. The comparison is exact
    /// and case-sensitive.
    fn is_owned_by(&self, value: &str) -> bool;

    /// The issuer of the owner. Default: [`OwnerIssuer::Unstated`].
    fn owner_issuer(&self) -> OwnerIssuer<'_> {
        OwnerIssuer::Unstated
    }
}

/// The issuer of a resource's owner.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum OwnerIssuer<'a> {
    /// The resource does not name an issuer. If the validator trusts more than one issuer, no token
    /// owns the resource.
    Unstated,
    /// The issuer with exactly this `iss`.
    Is(&'a dyn OwnerValue),
    /// Any trusted issuer. The value of the claim must be unique among the subjects of all of them.
    Any,
}

/// Shows only the variant.
impl fmt::Debug for OwnerIssuer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unstated => "Unstated",
            Self::Is(_) => "Is(..)",
            Self::Any => "Any",
        })
    }
}

/// The type of a field that identifies an owner.
///
/// It is implemented for strings, for integers, and for `Option`s of them. `None` and the empty
/// string match no owner. An integer is compared by its decimal text: `42` matches a `sub` of
/// `"42"`, but not `"042"` or `"+42"`. A claim other than `sub` may also be a JSON number. For a
/// type whose `Display` is an exact and unique text, such as `uuid::Uuid`, mark the field
/// `#[owner(display)]`. For an id type of your own, implement the trait by delegating to the inner
/// value:
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
    label = "this field cannot identify an owner",
    note = "an owner is a string, an integer, an `Option` of one, or a type of yours that \
        implements `OwnerValue`",
    note = "for a type whose `Display` is its exact text, such as a `Uuid`, write \
        `#[owner(display)]`"
)]
pub trait OwnerValue {
    /// Whether this value is the owner named by the claim.
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

/// Used by the code that `#[owner(display)]` generates: whether the text of `Display` is exactly
/// the claim, and not empty.
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
