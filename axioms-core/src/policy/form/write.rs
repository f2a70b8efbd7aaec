//! Writes a policy. Reading the output returns an equal policy.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{DEFAULT, GRANTS, METHODS, PUBLIC, VALID_TOKEN};
use crate::policy::kind::Quantifier;
use crate::policy::requirement::Requirement;
use crate::policy::view::{RequirementRef, ValuesRef};
use crate::policy::{Demand, Policy};

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(demand) = self.demand_of_every_method() {
            return demand.serialize(serializer);
        }
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry(METHODS, &Methods(self))?;
        if let Some(default) = self.default_demand() {
            members.serialize_entry(DEFAULT, default)?;
        }
        members.end()
    }
}

struct Methods<'a>(&'a Policy);

impl Serialize for Methods<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.methods())
    }
}

/// As it is written in a [`Policy`].
impl Serialize for Demand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Public => serializer.serialize_str(PUBLIC),
            Self::Token(requirement) => requirement.serialize(serializer),
        }
    }
}

/// As it is written in a [`Policy`].
impl Serialize for Requirement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = match self.view() {
            RequirementRef::ValidToken => return serializer.serialize_str(VALID_TOKEN),
            RequirementRef::All(members) if are_members(members) => members,
            _ => std::slice::from_ref(self),
        };
        let mut object = serializer.serialize_map(Some(members.len()))?;
        for (_, name, value) in members.iter().filter_map(member) {
            object.serialize_entry(name, &value)?;
        }
        object.end()
    }
}

/// Whether these requirements, joined by AND, can be written as the members of one object: their
/// names differ, and they are in the order in which reading joins members.
fn are_members(requirements: &[Requirement]) -> bool {
    let places: Option<Vec<usize>> = requirements.iter().map(|one| Some(member(one)?.0)).collect();
    requirements.len() > 1 && places.is_some_and(|places| places.is_sorted_by(|a, b| a < b))
}

/// A requirement as a member of an object: its position in the order of members, its name and its
/// value.
fn member(requirement: &Requirement) -> Option<(usize, &'static str, MemberValue<'_>)> {
    match requirement.view() {
        RequirementRef::ValidToken => None,
        RequirementRef::Grants { kind, quantifier, values } => {
            let place = GRANTS.iter().position(|grant| *grant == (kind, quantifier))?;
            Some((place, kind.key(quantifier), MemberValue::Texts(values)))
        }
        RequirementRef::Any(members) => {
            Some((GRANTS.len(), Quantifier::Any.word(), MemberValue::Group(members)))
        }
        RequirementRef::All(members) => {
            Some((GRANTS.len() + 1, Quantifier::All.word(), MemberValue::Group(members)))
        }
    }
}

enum MemberValue<'a> {
    Texts(ValuesRef<'a>),
    Group(&'a [Requirement]),
}

impl Serialize for MemberValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Texts(texts) => serializer.collect_seq(texts.iter()),
            Self::Group(members) => members.serialize(serializer),
        }
    }
}
