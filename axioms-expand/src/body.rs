//! The body of a plain function, and where in it the check goes.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::quote_spanned;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Token};

/// A function's body, taken apart at the place where the check goes.
pub(crate) enum Body {
    /// The check goes to its beginning.
    Plain(Group),
    /// The body is a boxed future and nothing else, and the check goes to the beginning of that.
    Boxed(Future),
}

pub(crate) struct Future {
    braces: Group,
    /// The inner attributes of the function.
    attrs: Vec<Attribute>,
    /// Where the user called `Box::pin`.
    pin: Span,
    asynchronous: Token![async],
    block: Group,
}

impl Body {
    /// The body of a function that returns a boxed future, if it is that future and nothing else.
    pub(crate) fn boxed(braces: &Group) -> Option<Self> {
        future(braces).ok().map(Self::Boxed)
    }

    /// The body with the check in front of all that the user wrote.
    pub(crate) fn behind(self, check: &TokenStream) -> Group {
        let Future { braces, attrs, pin, asynchronous, block } = match self {
            Self::Plain(braces) => return first(check, &braces),
            Self::Boxed(future) => future,
        };
        let block = first(check, &block);
        // The path is not the user's, whose `Box` could be another type: its `pin` would run before the check. Always
        // `move`: the check may have given the token to a name in the function, which the future outlives.
        let body = quote_spanned!(pin=> #(#attrs)* ::std::boxed::Box::pin(#asynchronous move #block));
        let mut guarded = Group::new(Delimiter::Brace, body);
        guarded.set_span(braces.span());
        guarded
    }
}

/// `Box::pin(async move { ... })`, and nothing around it.
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

/// `async { ... }` or `async move { ... }`.
fn block(input: ParseStream<'_>) -> syn::Result<(Token![async], Group)> {
    let asynchronous = input.parse()?;
    input.parse::<Option<Token![move]>>()?;
    Ok((asynchronous, group(input, Delimiter::Brace)?))
}

fn group(input: ParseStream<'_>, delimiter: Delimiter) -> syn::Result<Group> {
    let group: Group = input.parse()?;
    if group.delimiter() == delimiter { Ok(group) } else { Err(input.error("not the delimiters of a call")) }
}

/// A block of the inner attributes, the check, and a block of all else: an item in that, such as a constant, does not
/// replace one that the check names.
fn first(check: &TokenStream, block: &Group) -> Group {
    let split =
        |input: ParseStream<'_>| Ok((input.call(Attribute::parse_inner)?, input.parse::<TokenStream>()?));
    // Only inner attributes are looked at; if the tokens in their place are none, the compiler says so itself.
    let (attrs, rest) = split.parse2(block.stream()).unwrap_or_else(|_| (Vec::new(), block.stream()));
    let span = Span::mixed_site();
    // The user's braces in messages, and yet generated code to lints.
    let braces = |tokens| {
        let mut group = Group::new(Delimiter::Brace, tokens);
        group.set_span(block.span().resolved_at(span));
        group
    };
    let rest = braces(rest);
    braces(quote_spanned!(span=> #(#attrs)* #check #rest))
}
