//! The errors of building or reading a policy.

use std::fmt;

use super::kind::{GrantKind, MAX_DEPTH};

/// Every problem of a policy. Each names its place in the policy and what to write instead.
#[derive(Clone, PartialEq, Eq)]
pub struct PolicyErrors(pub(super) Vec<PolicyError>);

impl PolicyErrors {
    /// The problems; there is at least one.
    pub fn iter(&self) -> impl Iterator<Item = &PolicyError> {
        self.0.iter()
    }
}

/// Uses the text of `Display`, because `unwrap` and a `main` that returns the error print the
/// `Debug` form.
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
    /// The place of the problem, as a path into the policy's [JSON form](super::Policy#json), such
    /// as `methods.GET.any[0].all_roles`. Empty if the problem concerns the policy as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong at that place.
    #[must_use]
    pub fn fault(&self) -> &PolicyFault {
        &self.fault
    }

    /// Prefixes the path with the member of this name.
    pub(super) fn within(self, member: &str) -> Self {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if !member.is_empty() && member.bytes().all(is_plain) {
            self.under(member)
        } else {
            self.under(&format!("{member:?}"))
        }
    }

    /// Prefixes the path with the index `n` of a list.
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

/// A fault in one part of a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyFault {
    /// A list of values is empty, so it is ambiguous whether it demands nothing or everything.
    #[error("the list is empty; name at least one {}, or remove it", .0.noun())]
    NoValues(GrantKind),
    /// No token can contain the value.
    #[error("the {} {value:?} cannot be granted: {why}", .kind.noun())]
    #[non_exhaustive]
    BadValue {
        /// The kind of claim.
        kind: GrantKind,
        /// The given value.
        value: String,
        /// Why no token can contain it, in words.
        why: &'static str,
    },
    /// An `any` or `all` group has no members.
    #[error("the group is empty; add a demand to it, or remove it")]
    EmptyGroup,
    /// A member of an `any` group demands only a valid token, so the other members have no effect.
    #[error(
        "every valid token meets this group, because one member demands only a valid token; remove \
            that member, or the group"
    )]
    MetByEveryToken,
    /// Groups are nested deeper than the limit of 32.
    #[error("groups are nested deeper than {MAX_DEPTH}; nest fewer")]
    TooDeep,
    /// The name is not that of a method.
    #[error("{0:?} is not the name of a method: {why}", why = super::method::fault(.0).unwrap_or_default())]
    BadMethod(String),
    /// A method has two demands.
    #[error("the method has two demands; merge them")]
    MethodTwice,
    /// The default is given twice.
    #[error("the default is given twice; merge the two")]
    DefaultTwice,
    /// The policy has demands for every method, and also demands per method or a default.
    #[error(
        "a policy is either one demand for every method or one demand per method; move the shared \
            demands into each method and the default"
    )]
    MixedMethods,
    /// A policy that differs by method is part of another.
    #[error(
        "a policy that differs by method cannot be part of another; use one with the same demand \
            for every method"
    )]
    DiffersByMethod,
    /// When reading a policy: `"public"` for something other than a method.
    #[error(
        r#"only a method can be public; name each public method, as in {{"methods": {{"GET": "public"}}}}"#
    )]
    NeverPublic,
    /// When reading a policy: an object without members, so it is ambiguous whether it demands
    /// nothing or everything.
    #[error(r#"the object is empty; write "valid_token" if every valid token is enough"#)]
    NoDemand,
    /// When reading a policy: `methods` without members.
    #[error("no method is named; name one, or remove `methods`")]
    NoMethod,
    /// When reading a policy: an unknown member.
    #[error("the member is unknown; expected one of {expected}")]
    #[non_exhaustive]
    UnknownMember {
        /// The expected members, separated by commas.
        expected: &'static str,
    },
    /// When reading a policy: a repeated member.
    #[error("the member is repeated; merge the two")]
    MemberTwice,
    /// When reading a policy: a value of the wrong type, or an unknown word.
    #[error("{found} is not allowed here; write {expected}")]
    #[non_exhaustive]
    Unexpected {
        /// What was found, in words.
        found: String,
        /// What is allowed here, in words.
        expected: &'static str,
    },
}
