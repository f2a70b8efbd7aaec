//! One demand on the claims of an access token, as data: a tree of any/all over scopes, roles and permissions.

use std::borrow::Cow;

use super::error::{PolicyError, PolicyFault};
use super::kind::{GrantKind, MAX_DEPTH, Quantifier};

/// A demand on a token's claims.
///
/// It is data, not a boolean expression, so that no rule of operator precedence can change what it means. An
/// empty list cannot be written: the constructors refuse it, and so does `#[requires]` at compile time.
///
/// Constants are made by the constructors below, which check them at compile time; [`Policy::builder`](super::Policy::builder)
/// makes requirements at run time; [`Requirement::view`] reads either.
///
/// # Examples
/// ```
/// use axioms_core::{HasPolicy, Policy, Requirement};
///
/// struct Editors;
///
/// impl HasPolicy for Editors {
///     const POLICY: &'static Policy = &Policy::new(Requirement::any_scopes(&["write:data"]));
/// }
///
/// /// Those who may edit, if they are of the staff, and the administrators.
/// struct Publishers;
///
/// const EDITING_STAFF: &[Requirement] = &[Requirement::of(Editors::POLICY), Requirement::all_roles(&["staff"])];
/// const PUBLISHING: &[Requirement] = &[Requirement::all(EDITING_STAFF), Requirement::any_roles(&["admin"])];
///
/// impl HasPolicy for Publishers {
///     const POLICY: &'static Policy = &Policy::new(Requirement::any(PUBLISHING));
/// }
///
/// assert_eq!(
///     Publishers::POLICY.to_string(),
///     "((any scope of [write:data] and all roles of [staff]) or any role of [admin])",
/// );
/// ```
///
/// What no token can hold does not compile:
/// ```compile_fail
/// # use axioms_core::{Policy, Requirement};
/// const POLICY: &Policy = &Policy::new(Requirement::any_scopes(&["read write"])); // one scope each: &["read", "write"]
/// ```
#[derive(Debug, Clone)]
pub struct Requirement(pub(super) Node);

#[derive(Debug, Clone)]
pub(super) enum Node {
    ValidToken,
    Grants {
        kind: GrantKind,
        quantifier: Quantifier,
        values: ValueList,
    },
    Any(Cow<'static, [Requirement]>),
    All(Cow<'static, [Requirement]>),
    /// That of a policy with a name, which several constants share.
    Shared(&'static Requirement),
}

/// The values that a requirement lists: borrowed from a constant, or owned by a policy that a program built.
#[derive(Debug, Clone)]
pub(super) enum ValueList {
    Static(&'static [&'static str]),
    /// What `#[requires]` writes: a list of lists, since a constant in a list may be one itself.
    Lists(&'static [&'static [&'static str]]),
    Owned(Box<[Box<str>]>),
}

impl ValueList {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let (list, lists, owned): (&[&str], &[&[&str]], &[Box<str>]) = match self {
            Self::Static(list) => (list, &[], &[]),
            Self::Lists(lists) => (&[], lists, &[]),
            Self::Owned(owned) => (&[], &[], owned),
        };
        let fixed = list.iter().chain(lists.iter().copied().flatten()).copied();
        fixed.chain(owned.iter().map(AsRef::as_ref))
    }
}

impl Requirement {
    /// A valid access token, whatever its claims.
    pub const VALID_TOKEN: Self = Self(Node::ValidToken);

    /// A demand on one kind of claim, or what is wrong with its values.
    pub(super) fn grants(
        kind: GrantKind,
        quantifier: Quantifier,
        values: Box<[Box<str>]>,
    ) -> Result<Self, Vec<PolicyError>> {
        if values.is_empty() {
            return Err(vec![PolicyFault::NoValues(kind).into()]);
        }
        let bad = values.iter().filter_map(|value| {
            let why = fault(kind, value)?;
            Some(PolicyFault::BadValue { kind, value: value.to_string(), why }.into())
        });
        let errors: Vec<_> = bad.collect();
        if errors.is_empty() {
            Ok(Self(Node::Grants { kind, quantifier, values: ValueList::Owned(values) }))
        } else {
            Err(errors)
        }
    }

    /// A group of which any one member, or all, must be met.
    pub(super) fn group(quantifier: Quantifier, members: Vec<Self>) -> Result<Self, PolicyFault> {
        match group_fault(quantifier, &members) {
            Some(GroupFault::Empty) => Err(PolicyFault::EmptyGroup),
            Some(GroupFault::MetByEveryToken) => Err(PolicyFault::MetByEveryToken),
            Some(GroupFault::TooDeep) => Err(PolicyFault::TooDeep),
            None => Ok(Self::joined(quantifier, Cow::Owned(members))),
        }
    }

    pub(super) const fn joined(quantifier: Quantifier, members: Cow<'static, [Self]>) -> Self {
        Self(match quantifier {
            Quantifier::Any => Node::Any(members),
            Quantifier::All => Node::All(members),
        })
    }

    /// Whether every valid token meets it, and how many groups are nested in it.
    const fn extent(&self) -> (bool, usize) {
        match &self.0 {
            Node::ValidToken => (true, 0),
            Node::Grants { .. } => (false, 0),
            Node::Any(members) | Node::All(members) => {
                let members = match members {
                    Cow::Borrowed(members) => members,
                    Cow::Owned(members) => members.as_slice(),
                };
                let Extent { some, each, depth } = extent(members);
                (if matches!(self.0, Node::Any(_)) { some } else { each }, depth + 1)
            }
            Node::Shared(requirement) => requirement.extent(),
        }
    }
}

/// Whether some of the members, or each, are met by every valid token, and how many groups are nested in them.
struct Extent {
    some: bool,
    each: bool,
    depth: usize,
}

const fn extent(mut members: &[Requirement]) -> Extent {
    let mut all = Extent { some: false, each: true, depth: 0 };
    while let [member, rest @ ..] = members {
        let (is_met, depth) = member.extent();
        all.some |= is_met;
        all.each &= is_met;
        if depth > all.depth {
            all.depth = depth;
        }
        members = rest;
    }
    all
}

pub(super) enum GroupFault {
    Empty,
    MetByEveryToken,
    TooDeep,
}

/// What is wrong with a group, if anything. `const`, so that constants are checked while they compile.
pub(super) const fn group_fault(quantifier: Quantifier, members: &[Requirement]) -> Option<GroupFault> {
    let Extent { some, depth, .. } = extent(members);
    if members.is_empty() {
        Some(GroupFault::Empty)
    } else if depth >= MAX_DEPTH {
        Some(GroupFault::TooDeep)
    } else if some && matches!(quantifier, Quantifier::Any) {
        Some(GroupFault::MetByEveryToken)
    } else {
        None
    }
}

/// What is wrong with a value, if anything. `const`, so that constants are checked while they compile.
pub(super) const fn fault(kind: GrantKind, value: &str) -> Option<&'static str> {
    let bytes = value.as_bytes();
    if bytes.is_empty() {
        return Some("it is empty");
    }
    if matches!(kind, GrantKind::Scope) {
        let mut rest = bytes;
        while let [byte, tail @ ..] = rest {
            // scope-token = 1*( %x21 / %x23-5B / %x5D-7E ), RFC 6749 section 3.3.
            match *byte {
                0x21 | 0x23..=0x5B | 0x5D..=0x7E => {}
                b' ' => return Some("a scope holds no space; write several scopes as a list of strings"),
                _ => {
                    return Some(
                        "a scope holds only printable ASCII, with no space, double quote or backslash",
                    );
                }
            }
            rest = tail;
        }
    }
    None
}
