//! Checks a token's grants against a requirement. Values are compared exactly and case-sensitively;
//! there are no wildcards and no hierarchy.

use super::display::Grant;
use super::kind::{GrantKind, Quantifier};
use super::requirement::Requirement;
use super::view::RequirementRef;

/// The grants of a token that policies check.
pub(crate) trait Grants {
    /// Whether the token has exactly this value.
    fn holds(&self, kind: GrantKind, value: &str) -> bool;
}

impl Requirement {
    /// Whether `grants` meets this requirement.
    pub(crate) fn is_met_by(&self, grants: &impl Grants) -> bool {
        match self.view() {
            RequirementRef::ValidToken => true,
            RequirementRef::Grants { kind, quantifier, values } => {
                let mut values = values.iter();
                match quantifier {
                    Quantifier::Any => values.any(|value| grants.holds(kind, value)),
                    Quantifier::All => values.all(|value| grants.holds(kind, value)),
                }
            }
            RequirementRef::Any(members) => members.iter().any(|member| member.is_met_by(grants)),
            RequirementRef::All(members) => members.iter().all(|member| member.is_met_by(grants)),
        }
    }

    /// Describes the part of this requirement that `grants` does not meet.
    pub(crate) fn missing_in(&self, grants: &impl Grants) -> String {
        match self.view() {
            RequirementRef::Grants { kind, quantifier: Quantifier::All, values } => {
                let values = values.iter().filter(|value| !grants.holds(kind, value));
                Grant { kind, quantifier: Quantifier::All, values }.to_string()
            }
            RequirementRef::ValidToken | RequirementRef::Grants { .. } => self.to_string(),
            RequirementRef::Any(members) => format!("({})", missing(members.iter(), grants).join(" or ")),
            RequirementRef::All(members) => {
                missing(members.iter().filter(|member| !member.is_met_by(grants)), grants).join(" and ")
            }
        }
    }
}

fn missing<'r>(members: impl Iterator<Item = &'r Requirement>, grants: &impl Grants) -> Vec<String> {
    members.map(|member| member.missing_in(grants)).collect()
}
