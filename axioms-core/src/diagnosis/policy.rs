//! Reports which demand of a policy a valid token does not meet. Guards use the same evaluation.

use http::Method;

use super::report::{DemandReport, MissingReport, PolicyReport};
use super::sighting;
use crate::json::Object;
use crate::policy::{Demand, GrantKind, Grants, Policy, Requirement, RequirementRef};
use crate::text::shown_message;
use crate::token::AccessToken;
use crate::token::issuer_policy::IssuerPolicy;

pub(super) fn of(
    token: &AccessToken,
    payload: &Object<'_>,
    rules: &IssuerPolicy,
    method: &Method,
    policy: &Policy,
) -> PolicyReport {
    let explain = |(kind, value): (GrantKind, &str)| {
        let (found, remedy) = sighting::explain(payload, rules, kind, value);
        MissingReport { kind: kind.noun(), value: shown_message(value), found, remedy }
    };
    let report = |part: &Requirement| DemandReport {
        demand: shown_message(&part.to_string()),
        met: part.is_met_by(token.granted()),
        missing: lacking(part, token.granted()).into_iter().map(explain).collect(),
    };
    let demands = match policy.demand(method) {
        Some(Demand::Public) => Vec::new(),
        Some(Demand::Token(requirement)) => parts(requirement).iter().map(report).collect(),
        None => {
            let demand = format!("a method that the policy names; it does not name {method}");
            vec![DemandReport { demand, met: false, missing: Vec::new() }]
        }
    };
    PolicyReport {
        met: demands.iter().all(|demand| demand.met),
        method: method.to_string(),
        policy: shown_message(&policy.to_string()),
        demands,
    }
}

/// The requirements joined by AND at the top level. A single requirement is its own part;
/// `ValidToken` has no parts.
fn parts(requirement: &Requirement) -> &[Requirement] {
    match requirement.view() {
        RequirementRef::ValidToken => &[],
        RequirementRef::All(members) => members,
        RequirementRef::Grants { .. } | RequirementRef::Any(_) => std::slice::from_ref(requirement),
    }
}

/// The values in the unmet parts of the requirement that `grants` lacks, in order and without
/// repetition. If any one of several values is enough, all of them are listed.
fn lacking<'r>(requirement: &'r Requirement, grants: &impl Grants) -> Vec<(GrantKind, &'r str)> {
    let mut found = Vec::new();
    collect_lacking(requirement, grants, &mut found);
    found
}

fn collect_lacking<'r>(
    requirement: &'r Requirement,
    grants: &impl Grants,
    found: &mut Vec<(GrantKind, &'r str)>,
) {
    if requirement.is_met_by(grants) {
        return;
    }
    match requirement.view() {
        RequirementRef::ValidToken => {}
        RequirementRef::Grants { kind, values, .. } => {
            for value in values.iter().filter(|value| !grants.holds(kind, value)) {
                if !found.contains(&(kind, value)) {
                    found.push((kind, value));
                }
            }
        }
        RequirementRef::Any(members) | RequirementRef::All(members) => {
            for member in members {
                collect_lacking(member, grants, found);
            }
        }
    }
}
