//! How a requirement is read: by the evaluation, by `Display`, and by programs.

use std::collections::BTreeSet;
use std::fmt;

use super::kind::{GrantKind, Quantifier};
use super::requirement::{Node, Requirement, ValueList};

/// A [`Requirement`] as a program reads it.
///
/// More kinds of requirement may be added. What does not know one should treat it as a demand that is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequirementRef<'a> {
    /// A valid access token is enough.
    ValidToken,
    /// Some of these values, or all, are granted by one kind of claim.
    Grants {
        /// The kind of claim.
        kind: GrantKind,
        /// Whether one of the values is enough.
        quantifier: Quantifier,
        /// The values, at least one.
        values: ValuesRef<'a>,
    },
    /// At least one of these is met. There is at least one.
    Any(&'a [Requirement]),
    /// Each of these is met. There is at least one.
    All(&'a [Requirement]),
}

/// The values of a [`RequirementRef::Grants`].
#[derive(Clone, Copy)]
pub struct ValuesRef<'a>(&'a ValueList);

impl<'a> ValuesRef<'a> {
    /// Each value, in the order in which the policy was written.
    pub fn iter(self) -> impl Iterator<Item = &'a str> + Clone {
        self.0.iter()
    }
}

impl fmt::Debug for ValuesRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for ValuesRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for ValuesRef<'_> {}

impl Requirement {
    /// Reads the requirement.
    #[must_use]
    pub fn view(&self) -> RequirementRef<'_> {
        match &self.0 {
            Node::ValidToken => RequirementRef::ValidToken,
            Node::Grants { kind, quantifier, values } => {
                RequirementRef::Grants { kind: *kind, quantifier: *quantifier, values: ValuesRef(values) }
            }
            Node::Any(members) => RequirementRef::Any(members),
            Node::All(members) => RequirementRef::All(members),
            Node::Shared(requirement) => requirement.view(),
        }
    }

    /// Calls `found` with each kind of claim that the requirement looks at, and the values, in order.
    fn each_grant<'a>(&'a self, found: &mut impl FnMut(GrantKind, ValuesRef<'a>)) {
        match self.view() {
            RequirementRef::ValidToken => {}
            RequirementRef::Grants { kind, values, .. } => found(kind, values),
            RequirementRef::Any(members) | RequirementRef::All(members) => {
                for member in members {
                    member.each_grant(found);
                }
            }
        }
    }

    /// Every scope that this requirement names, in order of appearance, once each.
    pub(crate) fn scopes(&self) -> Vec<&str> {
        let (mut scopes, mut seen) = (Vec::new(), BTreeSet::new());
        self.each_grant(&mut |kind, values| {
            for scope in values.iter().filter(|_| kind == GrantKind::Scope) {
                if seen.insert(scope) {
                    scopes.push(scope);
                }
            }
        });
        scopes
    }

    /// The kinds of claim that this requirement looks at, once each.
    pub(crate) fn kinds(&self) -> Vec<GrantKind> {
        let mut looked_at = Vec::new();
        self.each_grant(&mut |kind, _| looked_at.push(kind));
        GrantKind::ALL.into_iter().filter(|kind| looked_at.contains(kind)).collect()
    }
}

/// Equal if the same is demanded in the same order, whether by a constant or by a program.
impl PartialEq for Requirement {
    fn eq(&self, other: &Self) -> bool {
        self.view() == other.view()
    }
}

impl Eq for Requirement {}
