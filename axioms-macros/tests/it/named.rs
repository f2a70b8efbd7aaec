//! Named policies: written by hand or with `policy!`, alone, in groups and per method.

#![deny(warnings, missing_docs, unreachable_pub)]

use crate::fake;
use crate::fake::__private::{Demand, HasPolicy, Policy, Requirement};
use crate::fake::{AccessToken, Authorized, Denied, policy_of};
use axioms_macros::{requires_axum as requires, requires_core as requires_token};

/// The policies of the program.
pub mod policies {
    const EDITOR: &str = "editor";

    crate::policy! {
        /// Those who edit.
        pub Editors(any_scopes = ["articles:write"], all_roles = EDITOR);
        /// Those who also delete.
        #[derive(Debug)]
        pub(crate) Chiefs(Editors, all_roles = "chief");
        /// Another name.
        pub(crate) Writers(Editors);
        pub(super) Articles(GET(public), "PURGE"(Chiefs), default(any(Editors, any_roles = "admin")));
        pub(crate) Members();
        #[cfg(any())]
        Absent(any_scopes = NOWHERE);
    }
}

use policies::{Chiefs, Editors};

/// Written by hand.
#[derive(Debug)]
pub struct Anybody;

impl HasPolicy for Anybody {
    const POLICY: &'static Policy = &Policy::VALID_TOKEN;
}

/// A kind of resource, with the policy for reading it.
pub trait Resource {
    /// The policy.
    type Readers: HasPolicy;
}

impl Resource for Anybody {
    type Readers = Editors;
}

#[requires(Editors, crate = fake)]
fn alone() {}

#[requires(crate = fake, policies::Articles)]
fn by_path() {}

#[requires(crate = fake, Editors, all_roles = "admin")]
fn with_more() {}

#[requires(crate = fake, any(Editors, all(Anybody, crate::named::policies::Writers)))]
fn in_groups() {}

#[requires(crate = fake, GET(policies::Members), default(Chiefs))]
fn per_method() {}

/// Requires the policy of its parameter.
#[requires(crate = fake, P)]
pub fn of_a_parameter<P: HasPolicy>() {}

/// Requires the policy of its parameter, and more.
#[requires(crate = fake, any(R::Readers, <R as Resource>::Readers, any_roles = "admin"))]
pub fn of_a_trait<R: Resource>() {}

/// Checks a token.
///
/// # Errors
/// If the token does not meet the policy.
#[requires_token(crate = fake, Anybody)]
pub fn function(token: &AccessToken) -> Result<u8, Denied> {
    let _ = token;
    Ok(1)
}

/// Has a policy as its parameter.
#[derive(Debug)]
pub struct Service<P>(P);

impl<P: HasPolicy> Service<P> {
    /// Checks a token.
    ///
    /// # Errors
    /// If the token does not meet the policy.
    #[requires_token(crate = fake, P)]
    pub fn method(&self, token: &AccessToken) -> Result<u8, Denied> {
        let _ = token;
        Ok(2)
    }
}

#[test]
fn a_policy_with_a_name_is_shared() {
    assert_eq!(policy_of(alone), Editors::POLICY);
    assert_eq!(policies::Writers::POLICY, Editors::POLICY);
    assert_eq!(policy_of(by_path), policies::Articles::POLICY);
    let Policy::PerMethod(rules, Some(_)) = policy_of(by_path) else { unreachable!() };
    assert_eq!(rules.len(), 2);
    assert_eq!(rules[1].0, "PURGE");
    let Policy::EveryMethod(Demand::Token(Requirement::Group(_, members))) = policy_of(with_more) else {
        unreachable!()
    };
    assert_eq!(members[0], Requirement::Named(Editors::POLICY));
    let shown = format!("{:?}", policy_of(in_groups));
    assert!(shown.contains("articles:write"), "{shown}");
    assert_eq!(policy_of(per_method), policy_of(per_method));
    assert_eq!(policy_of(of_a_parameter::<Anybody>), Anybody::POLICY);
    assert!(format!("{:?}", policy_of(of_a_trait::<Anybody>)).contains("articles:write"));
    of_a_parameter::<Editors>(Authorized::new());
    in_groups(Authorized::new());
    assert_eq!(function(&AccessToken).unwrap(), 1);
    assert_eq!(Service(Anybody).method(&AccessToken).unwrap(), 2);
    let _ = Service(Anybody).0;
}
