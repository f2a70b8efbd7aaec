//! Policies as JSON, or in any other format of serde. The documentation of
//! [`Policy`](super::Policy) describes the form.

mod raw;
mod read;
mod write;

use super::kind::{GrantKind, Quantifier};

/// The demands that list values, in the order in which the members of an object are joined. Groups
/// follow them.
const GRANTS: [(GrantKind, Quantifier); 6] = [
    (GrantKind::Scope, Quantifier::Any),
    (GrantKind::Scope, Quantifier::All),
    (GrantKind::Role, Quantifier::Any),
    (GrantKind::Role, Quantifier::All),
    (GrantKind::Permission, Quantifier::Any),
    (GrantKind::Permission, Quantifier::All),
];
const GROUPS: [Quantifier; 2] = [Quantifier::Any, Quantifier::All];

/// The demands that are written as a string.
const PUBLIC: &str = "public";
const VALID_TOKEN: &str = "valid_token";

/// The members of a policy that differs by method.
const METHODS: &str = "methods";
const DEFAULT: &str = "default";
