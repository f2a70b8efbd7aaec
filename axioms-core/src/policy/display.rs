//! Formats policies as text: `any scope of [a, b] and all roles of [admin]`.

use std::fmt;

use super::kind::{GrantKind, Quantifier};
use super::requirement::Requirement;
use super::view::RequirementRef;
use super::{Demand, Policy};
use crate::text::visible;

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(demand) = self.demand_of_every_method() {
            return demand.fmt(f);
        }
        for (n, (method, demand)) in self.methods().enumerate() {
            write!(f, "{}{method}: {demand}", if n == 0 { "" } else { "; " })?;
        }
        self.default_demand().map_or(Ok(()), |demand| write!(f, "; any other method: {demand}"))
    }
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("nothing"),
            Self::Token(requirement) => requirement.fmt(f),
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.view() {
            RequirementRef::ValidToken => f.write_str("a valid access token"),
            RequirementRef::Grants { kind, quantifier, values } => {
                Grant { kind, quantifier, values: values.iter() }.fmt(f)
            }
            RequirementRef::Any(members) => join(f, members, " or "),
            RequirementRef::All(members) => join(f, members, " and "),
        }
    }
}

/// A demand for values of one kind, formatted as text.
pub(super) struct Grant<I> {
    pub(super) kind: GrantKind,
    pub(super) quantifier: Quantifier,
    pub(super) values: I,
}

impl<'a, I: Iterator<Item = &'a str> + Clone> fmt::Display for Grant<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.quantifier == Quantifier::All { "s" } else { "" };
        write!(f, "{} {}{plural} of [", self.quantifier.word(), self.kind.noun())?;
        for (n, value) in self.values.clone().enumerate() {
            write!(f, "{}{}", if n == 0 { "" } else { ", " }, visible(value))?;
        }
        f.write_str("]")
    }
}

fn join(f: &mut fmt::Formatter<'_>, members: &[Requirement], word: &str) -> fmt::Result {
    f.write_str("(")?;
    for (n, member) in members.iter().enumerate() {
        write!(f, "{}{member}", if n == 0 { "" } else { word })?;
    }
    f.write_str(")")
}
