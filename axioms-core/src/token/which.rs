//! Distinguishes core's `AccessToken` from other types with this name, for code that the adapters'
//! `#[requires]` generates.

use std::marker::PhantomData;

use super::AccessToken;

/// `<Which<T>>::IS_OTHER` is false for core's token, because an inherent constant takes precedence
/// over one of a trait.
pub struct Which<T>(PhantomData<T>);

impl Which<AccessToken> {
    /// False: the type is core's token.
    pub const IS_OTHER: bool = false;
}

/// Provides the constant for every other type.
pub trait IsOther {
    /// True, unless the type has an inherent constant.
    const IS_OTHER: bool = true;
}

impl<T> IsOther for Which<T> {}
