//! The syntax of the attribute's arguments: words, each alone, with a value, or with arguments of its own.
//!
//! What the words mean, and which may stand where, is decided in [`crate::check`].

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, LitStr, Token, parenthesized, token};

use crate::errors::Errors;
use crate::symbol::{self, Word};

/// One argument.
pub(crate) struct Arg {
    pub(crate) name: Ident,
    pub(crate) form: Form,
}

/// What follows an argument's name.
pub(crate) enum Form {
    /// Nothing: `public`.
    Word,
    /// `= value`.
    Value(Expr),
    /// `(...)`, still unread: what stands in it depends on the name.
    List { span: Span, tokens: TokenStream },
}

/// Reads arguments separated by commas. A bad one is reported and left out, and reading goes on after it.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Vec<Arg> {
    let mut args = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match arg(input).and_then(|arg| separator(input).map(|()| arg)) {
                Ok(arg) => args.push(arg),
                Err(error) => {
                    errors.push(error);
                    skip_past_comma(input)?;
                }
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        errors.push(error);
    }
    args
}

fn arg(input: ParseStream<'_>) -> syn::Result<Arg> {
    let name = name(input)?;
    let form = if input.is_empty() || input.peek(Token![,]) {
        Form::Word
    } else if input.peek(Token![=]) {
        Form::Value(value(input, &name)?)
    } else if input.peek(token::Paren) {
        let content;
        let parens = parenthesized!(content in input);
        Form::List { span: parens.span.join(), tokens: content.parse()? }
    } else {
        return Err(input.error(match symbol::word(&name.to_string()) {
            Some(Word::Key(..)) => {
                format!("the `=` is missing: write `{name} = \"...\"` or `{name} = [\"...\"]`")
            }
            Some(Word::Group(_) | Word::Method) => format!("write `{name}(...)`, with parentheses"),
            _ => format!("expected `,` after `{name}`"),
        }));
    };
    Ok(Arg { name, form })
}

fn name(input: ParseStream<'_>) -> syn::Result<Ident> {
    if input.peek(LitStr) {
        return Err(
            input.error("say which claim must hold this: `any_scopes = \"...\"`, `any_roles = \"...\"`")
        );
    }
    let expected = "expected a demand, such as `any_scopes = \"...\"`";
    // A keyword too, since `crate` is one.
    Ident::parse_any(input).map_err(|error| syn::Error::new(error.span(), expected))
}

fn value(input: ParseStream<'_>, name: &Ident) -> syn::Result<Expr> {
    let equals: Token![=] = input.parse()?;
    if input.is_empty() || input.peek(Token![,]) {
        let message = format!("the value is missing: write `{name} = \"...\"` or `{name} = [\"...\"]`");
        return Err(syn::Error::new_spanned(equals, message));
    }
    input.parse()
}

fn separator(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    if input.peek(Token![,]) {
        return input.parse::<Token![,]>().map(drop);
    }
    Err(input.error("expected `,` between two arguments"))
}

fn skip_past_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        if input.peek(Token![,]) {
            return input.parse::<Token![,]>().map(drop);
        }
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
