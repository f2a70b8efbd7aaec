//! Tells core's `AccessToken` from other types of the name, for the output of the adapters' `#[requires]`.

use std::marker::PhantomData;

use super::AccessToken;

/// `<Which<T>>::IS_OTHER` is false for core's token: an inherent constant comes before one of a trait.
pub struct Which<T>(PhantomData<T>);

impl Which<AccessToken> {
    /// It is core's.
    pub const IS_OTHER: bool = false;
}

/// The answer for every other type.
pub trait IsOther {
    /// It is another, unless the type has a constant of its own.
    const IS_OTHER: bool = true;
}

impl<T> IsOther for Which<T> {}
