//! The syntax of the attribute's arguments: words, each alone, with a value, or with arguments of its own.
//!
//! What the words mean, and which may stand where, is decided in [`crate::check`].

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Token, parenthesized, token};

use crate::errors::Errors;
use crate::mistake;

/// One argument.
pub(crate) struct Arg {
    pub(crate) name: Ident,
    pub(crate) form: Form,
}

/// What follows an argument's name.
pub(crate) enum Form {
    /// Nothing: `public`.
    Word,
    /// `= value`: what stands behind the `=`, still unread, since mistakes in it are explained by the key.
    Value(TokenStream),
    /// `(...)`, still unread: what stands in it depends on the name.
    List { span: Span, tokens: TokenStream },
}

impl Form {
    /// The value, if there is one and it is an expression.
    pub(crate) fn expression(&self) -> Option<Expr> {
        match self {
            Self::Value(tokens) => syn::parse2(tokens.clone()).ok(),
            Self::Word | Self::List { .. } => None,
        }
    }
}

/// Reads arguments separated by commas. A bad one is reported and left out, and reading goes on after it.
/// `expected` is what to say where an argument does not even begin with a word.
pub(crate) fn parse(tokens: TokenStream, expected: &str, errors: &mut Errors) -> Vec<Arg> {
    let mut args: Vec<Arg> = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let chunk = until_comma(&input.fork())?;
            match arg(input, expected, &chunk, args.last()) {
                Ok(arg) => args.push(arg),
                Err(error) => {
                    errors.push(error);
                    until_comma(input)?;
                }
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        errors.push(error);
    }
    args
}

/// One argument. `chunk` is all that stands in front of the next comma, and `before` the argument in front of it.
fn arg(
    input: ParseStream<'_>,
    expected: &str,
    chunk: &TokenStream,
    before: Option<&Arg>,
) -> syn::Result<Arg> {
    // A keyword too, since `crate` is one.
    let Ok(name) = Ident::parse_any(input) else {
        return Err(mistake::without_a_name(input, expected, chunk, before));
    };
    let form = if at_the_end(input) {
        Form::Word
    } else if equals(input) {
        Form::Value(value(input, &name)?)
    } else if input.peek(token::Paren) {
        let content;
        let parens = parenthesized!(content in input);
        let list = Form::List { span: parens.span.join(), tokens: content.parse()? };
        if !at_the_end(input) {
            return Err(mistake::behind_a_list(&name, &until_comma(&input.fork())?));
        }
        list
    } else {
        return Err(mistake::behind_a_name(&name, &until_comma(&input.fork())?, chunk));
    };
    Ok(Arg { name, form })
}

fn at_the_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// Whether an `=` follows that is not part of a longer operator.
fn equals(input: ParseStream<'_>) -> bool {
    input.peek(Token![=]) && !input.peek(Token![==]) && !input.peek(Token![=>])
}

fn value(input: ParseStream<'_>, name: &Ident) -> syn::Result<TokenStream> {
    let equals: Token![=] = input.parse()?;
    if at_the_end(input) {
        let message = format!("the value is missing: write `{name} = \"...\"`");
        return Err(syn::Error::new_spanned(equals, message));
    }
    expression(input)
}

/// What stands in front of the next comma, or an expression that has commas of its own: `<T as Scopes<A, B>>::READ`.
pub(crate) fn expression(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    if input.peek(Token![#]) {
        // The parser would take it for a part of the expression, and a `cfg` would have no effect.
        return Err(syn::Error::new_spanned(until_comma(&input.fork())?, mistake::ATTRIBUTE));
    }
    let end = input.fork();
    if !(end.parse::<Expr>().is_ok() && at_the_end(&end)) {
        return until_comma(input);
    }
    let mut tokens = TokenStream::new();
    while input.cursor() != end.cursor() {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}

/// Everything in front of the next comma.
fn until_comma(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !at_the_end(input) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
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
            Form::Value(value) => format!("{} = {value}", arg.name),
            Form::List { tokens, .. } => format!("{}({tokens})", arg.name),
        });
        (args.collect(), errors.messages())
    }

    #[test]
    fn each_form_is_told_apart() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            ("public", &["public"]),
            ("a = \"b\", c(d = 1, e),", &["a = \"b\"", "c(d = 1 , e)"]),
            ("crate = ::some::path", &["crate = :: some :: path"]),
            ("GET(), any(any(x))", &["GET()", "any(any (x))"]),
            ("a = <T as X<A, B>>::C, b", &["a = < T as X < A , B >>:: C", "b"]),
            ("a = read:data, b", &["a = read : data", "b"]),
        ];
        for (tokens, expected) in table {
            let (args, errors) = read(tokens);
            assert_eq!(args, *expected, "{tokens}");
            assert!(errors.is_empty(), "{tokens}: {errors:?}");
        }
    }

    #[test]
    fn reading_goes_on_behind_each_mistake() {
        let table: &[(&str, &[&str], usize)] = &[
            ("7, a = 1", &["a = 1"], 1),
            (", a", &["a"], 1),
            ("a = , b", &["b"], 1),
            ("b, a =", &["b"], 1),
            ("a \"x\", b", &["b"], 1),
            ("any [1], b", &["b"], 1),
            ("a; b, c", &["c"], 1),
            ("a == b, c", &["c"], 1),
            ("a(1) b, 7, c", &["c"], 2),
        ];
        for (tokens, expected, messages) in table {
            let (args, errors) = read(tokens);
            assert_eq!(args, *expected, "{tokens}");
            assert_eq!(errors.len(), *messages, "{tokens}: {errors:?}");
        }
    }
}
