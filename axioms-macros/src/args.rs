//! The syntax of the attribute's arguments: words, each alone, with a value, or with arguments of its own.
//!
//! What the words mean, and which may stand where, is decided in [`crate::check`].

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Lit, Token, parenthesized, token};

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
/// `expected` is what to say where an argument does not even begin with a word.
pub(crate) fn parse(tokens: TokenStream, expected: &str, errors: &mut Errors) -> Vec<Arg> {
    let mut args = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match arg(input, expected).and_then(|arg| separator(input).map(|()| arg)) {
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

fn arg(input: ParseStream<'_>, expected: &str) -> syn::Result<Arg> {
    // A keyword too, since `crate` is one.
    let name = Ident::parse_any(input).map_err(|error| syn::Error::new(error.span(), expected))?;
    let form = if input.is_empty() || input.peek(Token![,]) {
        Form::Word
    } else if input.peek(Token![=]) {
        Form::Value(value(input, &name)?)
    } else if input.peek(token::Paren) {
        let content;
        let parens = parenthesized!(content in input);
        Form::List { span: parens.span.join(), tokens: content.parse()? }
    } else {
        return Err(input.error(unreadable(&name, input)));
    };
    Ok(Arg { name, form })
}

fn unreadable(name: &Ident, input: ParseStream<'_>) -> String {
    match symbol::word(&name.to_string()) {
        Some(Word::Group(_) | Word::Method) => format!("write `{name}(...)`, with parentheses"),
        _ if input.peek(Lit) || input.peek(token::Bracket) => {
            format!("the `=` is missing: write `{name} = ...`")
        }
        _ => format!("expected `=` or `,` after `{name}`"),
    }
}

fn value(input: ParseStream<'_>, name: &Ident) -> syn::Result<Expr> {
    let equals: Token![=] = input.parse()?;
    if input.is_empty() || input.peek(Token![,]) {
        let message = format!("the value is missing: write `{name} = \"...\"`");
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

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::{Form, parse};
    use crate::errors::Errors;

    fn read(tokens: &str) -> (Vec<String>, Vec<String>) {
        let mut errors = Errors::default();
        let args = parse(tokens.parse::<TokenStream>().unwrap(), "expected a word", &mut errors);
        let args = args.iter().map(|arg| match &arg.form {
            Form::Word => arg.name.to_string(),
            Form::Value(_) => format!("{} =", arg.name),
            Form::List { tokens, .. } => format!("{}({tokens})", arg.name),
        });
        (args.collect(), errors.messages())
    }

    #[test]
    fn each_form_is_told_apart() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            ("public", &["public"]),
            ("a = \"b\", c(d = 1, e),", &["a =", "c(d = 1 , e)"]),
            ("crate = ::some::path", &["crate ="]),
            ("GET(), any(any(x))", &["GET()", "any(any (x))"]),
        ];
        for (tokens, expected) in table {
            let (args, errors) = read(tokens);
            assert_eq!(args, *expected, "{tokens}");
            assert!(errors.is_empty(), "{tokens}: {errors:?}");
        }
    }

    #[test]
    fn reading_goes_on_behind_each_mistake() {
        let table: &[(&str, &[&str], &[&str])] = &[
            ("7, a = 1", &["a ="], &["expected a word"]),
            (", a", &["a"], &["expected a word"]),
            ("a = , b", &["b"], &["the value is missing: write `a = \"...\"`"]),
            ("b, a =", &["b"], &["the value is missing: write `a = \"...\"`"]),
            ("a \"x\", b", &["b"], &["the `=` is missing: write `a = ...`"]),
            ("any [1], b", &["b"], &["write `any(...)`, with parentheses"]),
            ("a; b, c", &["c"], &["expected `=` or `,` after `a`"]),
            ("a = 1 b = 2, c", &["c"], &["expected `,` between two arguments"]),
            ("a(1) b, 7, c", &["c"], &["expected `,` between two arguments", "expected a word"]),
        ];
        for (tokens, expected, messages) in table {
            let (args, errors) = read(tokens);
            assert_eq!(args, *expected, "{tokens}");
            assert_eq!(errors, *messages, "{tokens}");
        }
    }
}
