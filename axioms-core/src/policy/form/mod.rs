//! Policies as JSON, or any other format of serde: the form that the documentation of [`Policy`](super::Policy) describes.

mod raw;
mod read;
mod write;

use super::kind::{GrantKind, Quantifier};

/// The demands that list values, in the order in which the members of an object are joined. Groups come after them.
const GRANTS: [(GrantKind, Quantifier); 6] = [
    (GrantKind::Scope, Quantifier::Any),
    (GrantKind::Scope, Quantifier::All),
    (GrantKind::Role, Quantifier::Any),
    (GrantKind::Role, Quantifier::All),
    (GrantKind::Permission, Quantifier::Any),
    (GrantKind::Permission, Quantifier::All),
];
const GROUPS: [Quantifier; 2] = [Quantifier::Any, Quantifier::All];

/// The words for what is not an object.
const PUBLIC: &str = "public";
const VALID_TOKEN: &str = "valid_token";

/// The members of a policy that differs by method.
const METHODS: &str = "methods";
const DEFAULT: &str = "default";
