//! The parts of a demand, for a diagnosis that says which of them a token misses.

use super::evaluate::Grants;
use super::requirement::{Kind, Node, Requirement};

impl Requirement {
    /// The demands that are joined by AND at the top: one alone is its own part, and a valid token has none.
    pub(crate) fn parts(&self) -> &[Self] {
        match &self.0 {
            Node::All(members) => members,
            Node::Claims { .. } | Node::Any(_) => std::slice::from_ref(self),
        }
    }

    /// The values that `grants` lacks in what it does not meet, in the order of the demand, once each. Where one of
    /// several would do, it lacks each of them.
    pub(crate) fn lacking(&self, grants: &impl Grants) -> Vec<(Kind, &str)> {
        let mut found = Vec::new();
        self.collect_lacking(grants, &mut found);
        found
    }

    fn collect_lacking<'r>(&'r self, grants: &impl Grants, found: &mut Vec<(Kind, &'r str)>) {
        match &self.0 {
            _ if self.is_met_by(grants) => {}
            Node::Claims { kind, values, .. } => {
                for value in values.iter().filter(|value| !grants.holds(*kind, value)) {
                    if !found.contains(&(*kind, value)) {
                        found.push((*kind, value));
                    }
                }
            }
            Node::Any(members) | Node::All(members) => {
                members.iter().for_each(|member| member.collect_lacking(grants, found));
            }
        }
    }
}
