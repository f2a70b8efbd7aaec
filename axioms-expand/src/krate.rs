//! The path by which generated code refers to the SDK.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Path;

use crate::adapter::Adapter;

/// The crate that generated code refers to: an adapter, or core.
pub(crate) enum Krate {
    /// The adapter's crate, by its name.
    Named(&'static str),
    /// `crate = path`.
    Given(Path),
}

impl Krate {
    /// The crate that the user named, or the adapter's.
    pub(crate) fn new(given: Option<Path>, adapter: &Adapter) -> Self {
        given.map_or(Self::Named(adapter.krate), Self::Given)
    }

    /// The path. Errors about it point at `span`, unless the user wrote the path.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        match self {
            Self::Named(name) => {
                let name = Ident::new(name, span);
                quote_spanned!(span=> ::#name)
            }
            Self::Given(path) => path.to_token_stream(),
        }
    }

    /// The path of the module that exists only for generated code.
    pub(crate) fn private(&self, span: Span) -> TokenStream {
        let krate = self.at(span);
        quote_spanned!(span=> #krate::__private)
    }
}
