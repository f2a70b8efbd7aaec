//! The body of a plain function, and where to insert the check.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::quote_spanned;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Token};

/// A function's body, split at the place of the check.
pub(crate) enum Body {
    /// The check is inserted at its beginning.
    Plain(Group),
    /// The body is only a boxed future; the check is inserted at the beginning of the future.
    Boxed(Future),
}

pub(crate) struct Future {
    braces: Group,
    /// The inner attributes of the function.
    attrs: Vec<Attribute>,
    /// The span of the user's `Box::pin`.
    pin: Span,
    asynchronous: Token![async],
    block: Group,
}

impl Body {
    /// Splits the body of a function that returns a boxed future, if the body is only that future.
    pub(crate) fn boxed(braces: &Group) -> Option<Self> {
        future(braces).ok().map(Self::Boxed)
    }

    /// Returns the body with the check before all of the user's code.
    pub(crate) fn behind(self, check: &TokenStream) -> Group {
        let Future { braces, attrs, pin, asynchronous, block } = match self {
            Self::Plain(braces) => return first(check, &braces),
            Self::Boxed(future) => future,
        };
        let block = first(check, &block);
        // The generated path is absolute, because the user's `Box` could be another type, whose
        // `pin` would run before the check. The block is always `move`, because the check may
        // rename the token, and the future outlives the function.
        let body = quote_spanned!(pin=> #(#attrs)* ::std::boxed::Box::pin(#asynchronous move #block));
        let mut guarded = Group::new(Delimiter::Brace, body);
        guarded.set_span(braces.span());
        guarded
    }
}

/// Parses `Box::pin(async move { ... })` with nothing around it.
fn future(braces: &Group) -> syn::Result<Future> {
    let parser = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_inner)?;
        let path = input.call(syn::Path::parse_mod_style)?;
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if !["Box::pin", "std::boxed::Box::pin"].contains(&names.join("::").as_str()) {
            return Err(input.error("not a call of `Box::pin`"));
        }
        let argument = group(input, Delimiter::Parenthesis)?;
        let (asynchronous, block) = block.parse2(argument.stream())?;
        let pin = path.span().resolved_at(Span::mixed_site());
        Ok(Future { braces: braces.clone(), attrs, pin, asynchronous, block })
    };
    parser.parse2(braces.stream())
}

/// Parses `async { ... }` or `async move { ... }`.
fn block(input: ParseStream<'_>) -> syn::Result<(Token![async], Group)> {
    let asynchronous = input.parse()?;
    input.parse::<Option<Token![move]>>()?;
    Ok((asynchronous, group(input, Delimiter::Brace)?))
}

fn group(input: ParseStream<'_>, delimiter: Delimiter) -> syn::Result<Group> {
    let group: Group = input.parse()?;
    if group.delimiter() == delimiter { Ok(group) } else { Err(input.error("not the delimiters of a call")) }
}

/// A block with the inner attributes, the check, and an inner block with everything else. The inner
/// block keeps the user's items, such as constants, from shadowing names that the check uses.
fn first(check: &TokenStream, block: &Group) -> Group {
    let split =
        |input: ParseStream<'_>| Ok((input.call(Attribute::parse_inner)?, input.parse::<TokenStream>()?));
    // Only inner attributes are parsed. If the tokens are malformed, the compiler reports it.
    let (attrs, rest) = split.parse2(block.stream()).unwrap_or_else(|_| (Vec::new(), block.stream()));
    let span = Span::mixed_site();
    // Messages point at the user's braces, but lints treat the block as generated code.
    let braces = |tokens| {
        let mut group = Group::new(Delimiter::Brace, tokens);
        group.set_span(block.span().resolved_at(span));
        group
    };
    let rest = braces(rest);
    braces(quote_spanned!(span=> #(#attrs)* #check #rest))
}
