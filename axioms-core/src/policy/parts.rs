//! The parts of a demand, for a diagnosis that says which of them a token misses.

use super::evaluate::Grants;
use super::requirement::{GrantKind, Requirement};
use super::view::RequirementRef;

impl Requirement {
    /// The demands that are joined by AND at the top: one alone is its own part, and a valid token has none.
    pub(crate) fn parts(&self) -> &[Self] {
        match self.view() {
            RequirementRef::ValidToken => &[],
            RequirementRef::All(members) => members,
            RequirementRef::Grants { .. } | RequirementRef::Any(_) => std::slice::from_ref(self),
        }
    }

    /// The values that `grants` lacks in what it does not meet, in the order of the demand, once each. Where one of
    /// several would do, it lacks each of them.
    pub(crate) fn lacking(&self, grants: &impl Grants) -> Vec<(GrantKind, &str)> {
        let mut found = Vec::new();
        self.collect_lacking(grants, &mut found);
        found
    }

    fn collect_lacking<'r>(&'r self, grants: &impl Grants, found: &mut Vec<(GrantKind, &'r str)>) {
        match self.view() {
            _ if self.is_met_by(grants) => {}
            RequirementRef::ValidToken => {}
            RequirementRef::Grants { kind, values, .. } => {
                for value in values.iter().filter(|value| !grants.holds(kind, value)) {
                    if !found.contains(&(kind, value)) {
                        found.push((kind, value));
                    }
                }
            }
            RequirementRef::Any(members) | RequirementRef::All(members) => {
                members.iter().for_each(|member| member.collect_lacking(grants, found));
            }
        }
    }
}
