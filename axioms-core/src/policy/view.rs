//! A read-only view of a requirement, for evaluation, `Display` and programs.

use std::collections::BTreeSet;
use std::fmt;

use super::kind::{GrantKind, Quantifier};
use super::requirement::{Node, Requirement, ValueList};

/// A read-only view of a [`Requirement`].
///
/// More variants may be added. Code that does not know a variant should treat it as a demand that
/// is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequirementRef<'a> {
    /// A valid access token is enough.
    ValidToken,
    /// One kind of claim must grant any, or all, of these values.
    Grants {
        /// The kind of claim.
        kind: GrantKind,
        /// Whether one value is enough or all are required.
        quantifier: Quantifier,
        /// The values; there is at least one.
        values: ValuesRef<'a>,
    },
    /// At least one member must be met. There is at least one member.
    Any(&'a [Requirement]),
    /// Every member must be met. There is at least one member.
    All(&'a [Requirement]),
}

/// The values of a [`RequirementRef::Grants`].
#[derive(Clone, Copy)]
pub struct ValuesRef<'a>(&'a ValueList);

impl<'a> ValuesRef<'a> {
    /// The values, in the order in which they were written.
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
    /// Returns a view of the requirement.
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

    /// Calls `found` with each kind of claim that the requirement checks and its values, in order.
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

    /// Every scope in this requirement, in order of appearance, without repetition.
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

    /// The kinds of claim that this requirement checks, without repetition.
    pub(crate) fn kinds(&self) -> Vec<GrantKind> {
        let mut looked_at = Vec::new();
        self.each_grant(&mut |kind, _| looked_at.push(kind));
        GrantKind::ALL.into_iter().filter(|kind| looked_at.contains(kind)).collect()
    }
}

/// Equal if both have the same demands in the same order, whether constant or built at run time.
impl PartialEq for Requirement {
    fn eq(&self, other: &Self) -> bool {
        self.view() == other.view()
    }
}

impl Eq for Requirement {}
