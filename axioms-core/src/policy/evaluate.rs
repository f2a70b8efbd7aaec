//! Whether a token's grants meet a demand. Exact, case-sensitive, with no wildcard and no hierarchy.

use super::requirement::{Kind, Node, Quantifier, Requirement, Values};

/// What a token was granted, as far as policies look at it.
pub(crate) trait Grants {
    /// Whether the token holds exactly this value.
    fn holds(&self, kind: Kind, value: &str) -> bool;
}

impl Requirement {
    /// Whether `grants` meets this demand.
    pub(crate) fn is_met_by(&self, grants: &impl Grants) -> bool {
        match &self.0 {
            Node::Claims { kind, quantifier, values } => {
                let mut values = values.iter();
                match quantifier {
                    Quantifier::Any => values.any(|value| grants.holds(*kind, value)),
                    Quantifier::All => values.all(|value| grants.holds(*kind, value)),
                }
            }
            Node::Any(members) => members.iter().any(|member| member.is_met_by(grants)),
            Node::All(members) => members.iter().all(|member| member.is_met_by(grants)),
        }
    }

    /// The part of this demand that `grants` does not meet, in words.
    pub(crate) fn missing_in(&self, grants: &impl Grants) -> String {
        match &self.0 {
            Node::Claims { kind, quantifier: Quantifier::All, values } => {
                let lacking = values.iter().filter(|value| !grants.holds(*kind, value));
                let values = Values::Owned(lacking.map(Into::into).collect());
                Self(Node::Claims { kind: *kind, quantifier: Quantifier::All, values }).to_string()
            }
            Node::Claims { .. } => self.to_string(),
            Node::Any(members) => format!("({})", missing(members.iter(), grants).join(" or ")),
            Node::All(members) => {
                missing(members.iter().filter(|member| !member.is_met_by(grants)), grants).join(" and ")
            }
        }
    }
}

fn missing<'r>(members: impl Iterator<Item = &'r Requirement>, grants: &impl Grants) -> Vec<String> {
    members.map(|member| member.missing_in(grants)).collect()
}
