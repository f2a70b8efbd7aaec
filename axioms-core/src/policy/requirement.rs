//! A demand on the claims of an access token, as data: a tree of any/all over scopes, roles and
//! permissions.

use std::borrow::Cow;

use super::error::{PolicyError, PolicyFault};
use super::kind::{GrantKind, MAX_DEPTH, Quantifier};

/// A demand on a token's claims.
///
/// It is data instead of a boolean expression, so operator precedence cannot change its meaning.
/// Empty lists are impossible: the constructors refuse them, and so does `#[requires]` at compile
/// time.
///
/// The constructors below create constants and check them at compile time.
/// [`Policy::builder`](super::Policy::builder) creates requirements at run time.
/// [`Requirement::view`] inspects both.
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
/// /// Editors who are staff, and administrators.
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
/// A value that no token can contain does not compile:
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
    /// The requirement of a named policy, which several constants share.
    Shared(&'static Requirement),
}

/// The values of a requirement: borrowed from a constant, or owned by a policy built at run time.
#[derive(Debug, Clone)]
pub(super) enum ValueList {
    Static(&'static [&'static str]),
    /// The form that `#[requires]` generates: a list of lists, because a constant in a list may be
    /// a list itself.
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
    /// A valid access token with any claims.
    pub const VALID_TOKEN: Self = Self(Node::ValidToken);

    /// Creates a demand on one kind of claim, or returns what is wrong with its values.
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

    /// Creates a group. Any member, or every member, must be met.
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

    /// Whether every valid token meets the requirement, and how deep groups are nested in it.
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

/// Whether every valid token meets some of the members, or each of them, and how deep groups are
/// nested in them.
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

/// Returns what is wrong with a group, if anything. It is `const` so that constants are checked at
/// compile time.
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

/// Returns what is wrong with a value, if anything. It is `const` so that constants are checked at
/// compile time.
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
                b' ' => return Some("a scope contains no space; write several scopes as a list of strings"),
                _ => {
                    return Some(
                        "a scope contains only printable ASCII, without space, double quote or \
                            backslash",
                    );
                }
            }
            rest = tail;
        }
    }
    None
}
