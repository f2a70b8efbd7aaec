//! Which demand of a policy a valid token misses. The evaluation is that of the guards.

use http::Method;

use super::report::{DemandReport, MissingReport, PolicyReport};
use super::sighting;
use crate::json::Object;
use crate::policy::{Demand, GrantKind, Policy, Requirement};
use crate::text::told;
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
        MissingReport { kind: kind.noun(), value: told(value), found, remedy }
    };
    let report = |part: &Requirement| DemandReport {
        demand: told(&part.to_string()),
        met: part.is_met_by(token.granted()),
        missing: part.lacking(token.granted()).into_iter().map(explain).collect(),
    };
    let demands = match policy.demand(method) {
        Some(Demand::Public) => Vec::new(),
        Some(Demand::Token(requirement)) => requirement.parts().iter().map(report).collect(),
        None => {
            let demand = format!("a method that the policy names, which {method} is not");
            vec![DemandReport { demand, met: false, missing: Vec::new() }]
        }
    };
    PolicyReport {
        met: demands.iter().all(|demand| demand.met),
        method: method.to_string(),
        policy: told(&policy.to_string()),
        demands,
    }
}
