//! The body of a plain function, and where in it the check goes.

use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Token};

/// A function's body, taken apart at the place where the check goes.
pub(crate) struct Body {
    braces: Group,
    /// `Box::pin`, and the block that is its argument, where the body is nothing else.
    future: Option<Future>,
}

struct Future {
    /// The inner attributes of the function.
    attrs: Vec<Attribute>,
    pin: TokenStream,
    parentheses: Group,
    /// `async move`.
    keywords: TokenStream,
    block: Group,
}

impl Body {
    pub(crate) fn read(body: &Group) -> Self {
        Self { braces: body.clone(), future: future.parse2(body.stream()).ok() }
    }

    /// Whether the body is a future in a box and nothing else.
    pub(crate) fn is_boxed_future(&self) -> bool {
        self.future.is_some()
    }

    /// The body with the check as its first statement, behind inner attributes; in a boxed future, as the first of that.
    pub(crate) fn behind(self, check: &TokenStream) -> Group {
        let Some(Future { attrs, pin, parentheses, keywords, block }) = self.future else {
            return first(check, &self.braces);
        };
        let block = first(check, &block);
        let inside = respanned(&parentheses, quote_spanned!(Span::mixed_site()=> #keywords #block));
        respanned(&self.braces, quote_spanned!(Span::mixed_site()=> #(#attrs)* #pin #inside))
    }
}

/// `Box::pin(async move { ... })`, and nothing behind it.
fn future(input: ParseStream<'_>) -> syn::Result<Future> {
    let attrs = input.call(Attribute::parse_inner)?;
    let path = input.call(syn::Path::parse_mod_style)?;
    if path.segments.last().is_none_or(|last| last.ident != "pin") {
        return Err(input.error("not a call of `pin`"));
    }
    let parentheses: Group = input.parse()?;
    let block = |input: ParseStream<'_>| {
        let asynchronous: Token![async] = input.parse()?;
        // Always `move`: the check may have given the token to a name in the function, which the future outlives.
        let moved = input.parse::<Option<Token![move]>>()?.unwrap_or(Token![move](Span::mixed_site()));
        let keywords = quote_spanned!(Span::mixed_site()=> #asynchronous #moved);
        Ok((keywords, input.parse::<Group>()?))
    };
    let (keywords, block) = block.parse2(parentheses.stream())?;
    Ok(Future { attrs, pin: path.into_token_stream(), parentheses, keywords, block })
}

/// The block with the check in front, behind inner attributes.
fn first(check: &TokenStream, block: &Group) -> Group {
    let split =
        |input: ParseStream<'_>| Ok((input.call(Attribute::parse_inner)?, input.parse::<TokenStream>()?));
    // Only inner attributes are looked at; if the tokens in their place are none, the compiler says so itself.
    let (attrs, rest) = split.parse2(block.stream()).unwrap_or_else(|_| (Vec::new(), block.stream()));
    let span = Span::mixed_site();
    let mut guarded = respanned(block, quote_spanned!(span=> #(#attrs)* #check #rest));
    // The user's braces in messages, and yet generated code to lints on the order of statements.
    guarded.set_span(block.span().resolved_at(span));
    guarded
}

fn respanned(group: &Group, tokens: TokenStream) -> Group {
    let mut new = Group::new(group.delimiter(), tokens);
    new.set_span(group.span());
    new
}
