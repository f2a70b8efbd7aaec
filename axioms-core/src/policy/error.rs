//! What is wrong with a policy that a program built or read.

use std::fmt;

use super::kind::{GrantKind, MAX_DEPTH};

/// Every problem of a policy, each of which says where it is and what to write instead.
#[derive(Clone, PartialEq, Eq)]
pub struct PolicyErrors(pub(super) Vec<PolicyError>);

impl PolicyErrors {
    /// The problems, at least one.
    pub fn iter(&self) -> impl Iterator<Item = &PolicyError> {
        self.0.iter()
    }
}

/// The text of `Display`, since `unwrap` and a `main` that returns the error print it by `Debug`.
impl fmt::Debug for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if n == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyErrors {}

/// One problem of a policy.
///
/// # Examples
/// ```
/// use axioms_core::{Policy, PolicyFault, http::Method};
///
/// let errors = Policy::builder().method(Method::GET, |get| get.any_scopes("read write")).build().unwrap_err();
/// for error in errors.iter() {
///     assert_eq!(error.path(), "methods.GET.any_scopes");
///     assert!(matches!(error.fault(), PolicyFault::BadValue { value, .. } if value == "read write"));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    path: String,
    fault: PolicyFault,
}

impl PolicyError {
    /// Where the problem is, as a path into the policy's [JSON form](super::Policy#json): `methods.GET.any[0].all_roles`. Empty
    /// where it is about the policy as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong there.
    #[must_use]
    pub fn fault(&self) -> &PolicyFault {
        &self.fault
    }

    /// The same problem, seen from outside of the member of this name.
    pub(super) fn within(self, member: &str) -> Self {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if !member.is_empty() && member.bytes().all(is_plain) {
            self.under(member)
        } else {
            self.under(&format!("{member:?}"))
        }
    }

    /// The same problem, seen from outside of the list of which the part is the `n`th item.
    pub(super) fn within_item(self, n: usize) -> Self {
        self.under(&format!("[{n}]"))
    }

    fn under(mut self, step: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{step}{dot}{}", self.path);
        self
    }
}

impl From<PolicyFault> for PolicyError {
    fn from(fault: PolicyFault) -> Self {
        Self { path: String::new(), fault }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        self.fault.fmt(f)
    }
}

impl std::error::Error for PolicyError {}

/// What is wrong with one part of a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyFault {
    /// A list of values is empty, and so would demand nothing, or everything.
    #[error("the list is empty; name at least one {}, or drop it", .0.noun())]
    NoValues(GrantKind),
    /// No token can hold the value.
    #[error("the {} {value:?} cannot be granted: {why}", .kind.noun())]
    #[non_exhaustive]
    BadValue {
        /// The kind of claim.
        kind: GrantKind,
        /// The value as given.
        value: String,
        /// Why no token can hold it, in words.
        why: &'static str,
    },
    /// An `any` or `all` group has no member.
    #[error("the group is empty; add a demand to it, or drop it")]
    EmptyGroup,
    /// A member of an `any` group demands a valid token alone, so that the others have no effect.
    #[error(
        "every valid token meets this group, since one of its members demands no more; drop that member, or the group"
    )]
    MetByEveryToken,
    /// Groups are nested deeper than the limit of 32.
    #[error("groups are nested deeper than {MAX_DEPTH}; write fewer")]
    TooDeep,
    /// No method has this name.
    #[error("{0:?} is not the name of a method: {why}", why = super::method::fault(.0).unwrap_or_default())]
    BadMethod(String),
    /// A method has two demands.
    #[error("the method has two demands; join them in one")]
    MethodTwice,
    /// The default is given twice.
    #[error("the default is given twice; join both in one")]
    DefaultTwice,
    /// Demands for every method are given next to demands per method or to a default.
    #[error(
        "a policy is either one demand for every method or one demand per method; move the shared demands into each method and the default"
    )]
    MixedMethods,
    /// A policy that differs by method is a part of another.
    #[error(
        "a policy that differs by method cannot be a part of another; take one that demands the same of every method"
    )]
    DiffersByMethod,
    /// In a policy that is read: `"public"` for something else than a method.
    #[error(r#"only a method can be public; name each that is, as in {{"methods": {{"GET": "public"}}}}"#)]
    NeverPublic,
    /// In a policy that is read: an object without members, which could be taken for "nothing" or for "everything".
    #[error(r#"the object is empty; write "valid_token" if every valid token is enough"#)]
    NoDemand,
    /// In a policy that is read: `methods` without members.
    #[error("no method is named; name one, or drop `methods`")]
    NoMethod,
    /// In a policy that is read: a member that no policy has here.
    #[error("no member has this name here; those that have are {expected}")]
    #[non_exhaustive]
    UnknownMember {
        /// The members that can be here, separated by commas.
        expected: &'static str,
    },
    /// In a policy that is read: a member that is there twice.
    #[error("the member is there twice; join both in one")]
    MemberTwice,
    /// In a policy that is read: a value of the wrong type, or a word that means nothing here.
    #[error("{found} is not expected here; write {expected}")]
    #[non_exhaustive]
    Unexpected {
        /// What was found, in words.
        found: String,
        /// What can be here, in words.
        expected: &'static str,
    },
}
