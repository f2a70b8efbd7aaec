//! A fake adapter: the items that generated code names, without their function.

#![allow(dead_code, missing_docs)] // No fixture uses all of it.

use std::marker::PhantomData;

#[derive(Debug)]
pub struct AccessToken;

#[derive(Debug)]
pub struct Denied;

pub struct Authorized<P>(PhantomData<P>);

impl<P: __private::HasPolicy> Authorized<P> {
    pub fn new() -> Self {
        Self(PhantomData)
    }

    pub fn policy(&self) -> &'static __private::Policy {
        P::POLICY
    }
}

/// The policy of the handler's guard, read from the handler's type, as an adapter does.
pub fn policy_of<P: __private::HasPolicy, R>(
    _: impl FnOnce(Authorized<P>) -> R,
) -> &'static __private::Policy {
    P::POLICY
}

/// As core defines it.
#[macro_export]
macro_rules! policy {
    ($($policies:tt)*) => { ::axioms_macros::policies! { crate = $crate::fake; $($policies)* } };
}

/// The token of core, which handlers cannot take.
pub mod core {
    pub struct AccessToken;
}

pub mod __private {
    use super::{AccessToken, Denied};

    pub struct Which<T>(std::marker::PhantomData<T>);

    impl Which<super::core::AccessToken> {
        pub const IS_OTHER: bool = false;
    }

    pub trait IsOther {
        const IS_OTHER: bool = true;
    }

    impl<T> IsOther for Which<T> {}

    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not the type of a policy",
        label = "expected a type that implements `HasPolicy`",
        note = "`policy!` defines such a type"
    )]
    pub trait HasPolicy {
        const POLICY: &'static Policy;
    }

    #[derive(Debug, PartialEq)]
    pub enum Policy {
        EveryMethod(Demand),
        PerMethod(&'static [(&'static str, Demand)], Option<Demand>),
    }

    impl Policy {
        pub const VALID_TOKEN: Self = Self::EveryMethod(Demand::VALID_TOKEN);
    }

    #[derive(Debug, PartialEq)]
    pub enum Demand {
        Public,
        Token(Requirement),
    }

    impl Demand {
        pub const VALID_TOKEN: Self = Self::Token(Requirement::Group(Quantifier::All, &[]));
    }

    #[derive(Debug, PartialEq)]
    pub enum Requirement {
        Claims(GrantKind, Quantifier, &'static [&'static [&'static str]]),
        Group(Quantifier, &'static [Requirement]),
        Named(&'static Policy),
    }

    #[derive(Debug, PartialEq)]
    pub enum GrantKind {
        Scope,
        Role,
        Permission,
    }

    #[derive(Debug, PartialEq)]
    pub enum Quantifier {
        Any,
        All,
    }

    impl Requirement {
        pub const fn any(members: &'static [Self]) -> Self {
            Self::Group(Quantifier::Any, members)
        }

        pub const fn all(members: &'static [Self]) -> Self {
            Self::Group(Quantifier::All, members)
        }

        pub const fn of(policy: &'static Policy) -> Self {
            assert!(matches!(policy, Policy::EveryMethod(_)), "a policy that differs by method");
            Self::Named(policy)
        }
    }

    impl Policy {
        pub const fn new(requirement: Requirement) -> Self {
            Self::EveryMethod(Demand::Token(requirement))
        }

        pub const fn per_method(rules: &'static [(&'static str, Demand)], default: Option<Demand>) -> Self {
            Self::PerMethod(rules, default)
        }
    }

    pub const fn claims(
        kind: GrantKind,
        quantifier: Quantifier,
        lists: &'static [&'static [&'static str]],
    ) -> Requirement {
        Requirement::Claims(kind, quantifier, lists)
    }

    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be the value of a demand",
        label = "expected the text, a `&str` or a list of `&str`"
    )]
    pub trait Constant: 'static {
        type Form;
        const FORM: Self::Form;
    }

    pub struct Name;
    pub struct Array;
    pub struct ArrayReference;
    pub struct Slice;

    impl Constant for &'static str {
        type Form = Name;
        const FORM: Name = Name;
    }

    impl<const N: usize> Constant for [&'static str; N] {
        type Form = Array;
        const FORM: Array = Array;
    }

    impl<const N: usize> Constant for &'static [&'static str; N] {
        type Form = ArrayReference;
        const FORM: ArrayReference = ArrayReference;
    }

    impl Constant for &'static [&'static str] {
        type Form = Slice;
        const FORM: Slice = Slice;
    }

    pub const fn form<T: Constant>(_: &'static T) -> T::Form {
        T::FORM
    }

    impl Name {
        pub const fn names(&self, constant: &'static &'static str) -> &'static [&'static str] {
            std::slice::from_ref(constant)
        }
    }

    impl Array {
        pub const fn names<const N: usize>(
            &self,
            constant: &'static [&'static str; N],
        ) -> &'static [&'static str] {
            constant
        }
    }

    impl ArrayReference {
        pub const fn names<const N: usize>(
            &self,
            constant: &'static &'static [&'static str; N],
        ) -> &'static [&'static str] {
            *constant
        }
    }

    impl Slice {
        pub const fn names(&self, constant: &'static &'static [&'static str]) -> &'static [&'static str] {
            constant
        }
    }

    /// Refuses every policy except one that requires only a valid token.
    pub fn enforce(_: &AccessToken, policy: &'static Policy) -> Result<(), Denied> {
        if is_open(policy) { Ok(()) } else { Err(Denied) }
    }

    fn is_open(policy: &Policy) -> bool {
        match policy {
            Policy::EveryMethod(Demand::Token(Requirement::Named(policy))) => is_open(policy),
            other => *other == Policy::VALID_TOKEN,
        }
    }

    pub trait Owned {
        const OWNER_CLAIM: &'static str = "sub";

        fn is_owned_by(&self, value: &str) -> bool;

        fn owner_issuer(&self) -> OwnerIssuer<'_> {
            OwnerIssuer::Unstated
        }
    }

    pub enum OwnerIssuer<'a> {
        Unstated,
        Is(&'a dyn OwnerValue),
        Any,
    }

    pub fn is_shown_as(owner: &impl std::fmt::Display, claim: &str) -> bool {
        owner.to_string() == claim
    }

    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be compared with a claim of an access token",
        label = "this field cannot identify an owner"
    )]
    pub trait OwnerValue {
        fn is_owner(&self, claim: &str) -> bool;
    }

    impl OwnerValue for str {
        fn is_owner(&self, claim: &str) -> bool {
            self == claim
        }
    }

    impl OwnerValue for String {
        fn is_owner(&self, claim: &str) -> bool {
            self == claim
        }
    }

    impl<T: OwnerValue> OwnerValue for Option<T> {
        fn is_owner(&self, claim: &str) -> bool {
            self.as_ref().is_some_and(|owner| owner.is_owner(claim))
        }
    }

    impl<T: OwnerValue + ?Sized> OwnerValue for &T {
        fn is_owner(&self, claim: &str) -> bool {
            (**self).is_owner(claim)
        }
    }
}
