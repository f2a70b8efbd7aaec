//! Reads a policy through the builder, which makes the same checks.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::de::{Deserialize, Deserializer, Error};

use super::raw::Raw;
use super::{DEFAULT, GRANTS, GROUPS, METHODS, PUBLIC, VALID_TOKEN};
use crate::policy::Policy;
use crate::policy::builder::{DemandBuilder, PolicyBuilder};
use crate::policy::error::{PolicyError, PolicyFault};
use crate::policy::kind::{GrantKind, Quantifier};
use crate::policy::requirement::Requirement;

const OF_A_DEMAND: &str =
    "any_scopes, all_scopes, any_roles, all_roles, any_permissions, all_permissions, any, all";
const OF_A_POLICY: &str = "any_scopes, all_scopes, any_roles, all_roles, any_permissions, all_permissions, any, all, methods, default";

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        policy(Raw::read(deserializer)?).build().map_err(D::Error::custom)
    }
}

fn policy(written: Raw) -> PolicyBuilder {
    let mut builder = Policy::builder();
    let members = match written {
        Raw::Object(members) if !members.is_empty() => members,
        other => {
            builder.every_method = demand(other);
            return builder;
        }
    };
    let mut members = ObjectMembers::of(members, &mut builder.errors);
    if let Some(methods) = members.0.remove(METHODS) {
        builder = per_method(builder, methods);
    }
    if let Some(written) = members.0.remove(DEFAULT) {
        builder = builder.default(|_| demand(written));
    }
    builder.every_method = members.take_demands();
    members.refuse(OF_A_POLICY, &mut builder.errors);
    builder
}

fn per_method(mut builder: PolicyBuilder, methods: Raw) -> PolicyBuilder {
    let fault = match methods {
        Raw::Object(methods) if !methods.is_empty() => {
            return methods.into_iter().fold(builder, |builder, (method, written)| match written {
                Raw::Text(word) if word == PUBLIC => builder.public(method),
                written => builder.method(method, |_| demand(written)),
            });
        }
        Raw::Object(_) => PolicyFault::NoMethod,
        other => unexpected(&other, r#"an object, as in {"GET": "public"}"#),
    };
    builder.errors.push(PolicyError::from(fault).within(METHODS));
    builder
}

/// Reads the demand of a method, of the default, of a member of a group, or of the whole policy.
fn demand(written: Raw) -> DemandBuilder {
    let builder = DemandBuilder::new();
    let mut errors = Vec::new();
    let fault = match written {
        Raw::Text(word) if word == VALID_TOKEN => return builder.add(Ok(Requirement::VALID_TOKEN)),
        Raw::Text(word) if word == PUBLIC => PolicyFault::NeverPublic,
        Raw::Object(members) if !members.is_empty() => {
            let mut members = ObjectMembers::of(members, &mut errors);
            let demands = members.take_demands();
            members.refuse(OF_A_DEMAND, &mut errors);
            return demands.add_errors(errors);
        }
        Raw::Object(_) => PolicyFault::NoDemand,
        other => unexpected(&other, r#""valid_token" or an object of demands"#),
    };
    builder.add_errors([fault.into()])
}

/// The members of an object, without repetition.
struct ObjectMembers(BTreeMap<String, Raw>);

impl ObjectMembers {
    fn of(written: Vec<(String, Raw)>, errors: &mut Vec<PolicyError>) -> Self {
        let mut members = BTreeMap::new();
        for (name, value) in written {
            match members.entry(name) {
                Entry::Vacant(member) => drop(member.insert(value)),
                Entry::Occupied(member) => {
                    errors.push(PolicyError::from(PolicyFault::MemberTwice).within(member.key()));
                }
            }
        }
        Self(members)
    }

    /// Removes the members that are demands, and collects them.
    fn take_demands(&mut self) -> DemandBuilder {
        let mut builder = DemandBuilder::new();
        for (kind, quantifier) in GRANTS {
            if let Some(values) = self.0.remove(kind.key(quantifier)) {
                builder = grants(builder, kind, quantifier, values);
            }
        }
        for quantifier in GROUPS {
            if let Some(members) = self.0.remove(quantifier.word()) {
                builder = group(builder, quantifier, members);
            }
        }
        builder
    }

    /// Reports the remaining members as unknown.
    fn refuse(self, expected: &'static str, errors: &mut Vec<PolicyError>) {
        let unknown = || PolicyError::from(PolicyFault::UnknownMember { expected });
        errors.extend(self.0.into_keys().map(|name| unknown().within(&name)));
    }
}

fn grants(builder: DemandBuilder, kind: GrantKind, quantifier: Quantifier, values: Raw) -> DemandBuilder {
    let key = kind.key(quantifier);
    let values = match values {
        Raw::List(values) => values,
        Raw::Text(_) => vec![values],
        other => {
            let fault = unexpected(&other, "a string or a list of strings");
            return builder.add_at(key, Err(vec![fault.into()]));
        }
    };
    let (mut texts, mut errors) = (Vec::with_capacity(values.len()), Vec::new());
    for (n, value) in values.into_iter().enumerate() {
        match value {
            Raw::Text(text) => texts.push(text.into_boxed_str()),
            other => errors.push(PolicyError::from(unexpected(&other, "a string")).within_item(n)),
        }
    }
    if errors.is_empty() {
        builder.grants(quantifier, kind, texts.into())
    } else {
        builder.add_at(key, Err(errors))
    }
}

fn group(builder: DemandBuilder, quantifier: Quantifier, members: Raw) -> DemandBuilder {
    let Raw::List(members) = members else {
        let fault =
            unexpected(&members, r#"a list of demands, as in [{"any_scopes": "a"}, {"any_roles": "b"}]"#);
        return builder.add_at(quantifier.word(), Err(vec![fault.into()]));
    };
    let members = members.into_iter().enumerate().fold(DemandBuilder::new(), |group, (n, member)| {
        let within_item = |errors: Vec<PolicyError>| {
            errors.into_iter().map(|error| error.within_item(n)).collect::<Vec<_>>()
        };
        group.add(demand(member).joined().map_err(within_item))
    });
    builder.group(quantifier, members)
}

fn unexpected(found: &Raw, expected: &'static str) -> PolicyFault {
    PolicyFault::Unexpected { found: found.words(), expected }
}
