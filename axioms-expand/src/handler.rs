//! The annotated function. Its signature is parsed; its body stays as tokens.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Lit, Signature, Token, Visibility};

use crate::errors::Errors;
use crate::ungroup;

/// A function with a body.
pub(crate) struct Handler {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Group,
}

const GUARDS_FUNCTIONS: &str = "this attribute guards a function: put it on each one, above its \
    `fn`";

/// Parses the item below the attribute. If it is not a function with a body, the mistake is
/// reported, and the tokens to keep are returned: the whole item if it is not a function, and
/// otherwise nothing, so that no request can be routed to it.
pub(crate) fn read(item: TokenStream, errors: &mut Errors) -> Result<Handler, TokenStream> {
    let mut kept = item.clone();
    let parser = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if !starts_function(&input.fork()) {
            return Err(input.error(GUARDS_FUNCTIONS));
        }
        kept = TokenStream::new();
        let sig: Signature = input.parse()?;
        if input.peek(Token![;]) {
            let message = "this function has no body to guard: put the attribute on the one that implements \
                    it";
            return Err(syn::Error::new_spanned(&sig.ident, message));
        }
        let body = braces(input)?;
        Ok(Handler { attrs, vis, sig, body })
    };
    parser.parse2(item).map_err(|error| {
        errors.push(error);
        kept
    })
}

/// Whether a function follows: `fn`, possibly after qualifiers.
fn starts_function(input: ParseStream<'_>) -> bool {
    loop {
        if input.peek(Token![fn]) {
            return true;
        }
        let qualifier = match input.call(Ident::parse_any) {
            Ok(word) => {
                ["const", "async", "unsafe", "safe", "extern", "gen", "default"].iter().any(|q| word == q)
            }
            Err(_) => input.parse::<Lit>().is_ok(), // The ABI: `extern "C"`.
        };
        if !qualifier {
            return false;
        }
    }
}

fn braces(input: ParseStream<'_>) -> syn::Result<Group> {
    let error = input.error("expected the function's body");
    let body = input.parse::<TokenTree>().ok().and_then(ungroup::braces);
    body.filter(|_| input.is_empty()).ok_or(error)
}

impl ToTokens for Handler {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attrs);
        self.vis.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}

/// Whether this is another `#[requires]`.
pub(crate) fn is_requires(attr: &Attribute) -> bool {
    // Attributes with this name from other crates are allowed, if they are written with a path.
    let mut segments = attr.path().segments.iter();
    match (segments.next(), segments.next_back()) {
        (Some(only), None) => only.ident == "requires",
        (Some(first), Some(last)) => {
            last.ident == "requires" && first.ident.to_string().starts_with("axioms")
        }
        (None, _) => false,
    }
}
