//! Parses an attribute's arguments: words, each alone, with a value, or with arguments.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Token, parenthesized, token};

use crate::errors::Errors;
use crate::mistake;
use crate::symbol;
use crate::syntax::{Arg, Form};
use crate::unknown;

/// Parses a comma-separated list, each item with `one`. An invalid item is reported and skipped.
/// `one` also receives all tokens before the next comma, and the previous result.
pub(crate) fn list<T>(
    tokens: TokenStream,
    errors: &mut Errors,
    one: impl Fn(ParseStream<'_>, &TokenStream, Option<&T>) -> syn::Result<T>,
) -> Vec<T> {
    let mut found: Vec<T> = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let chunk = until_comma(&input.fork())?;
            match one(input, &chunk, found.last()) {
                Ok(read) => found.push(read),
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
    found
}

/// Parses one argument. Returns `None` if it does not begin with a word. `chunk` is all tokens
/// before the next comma.
pub(crate) fn arg(input: ParseStream<'_>, chunk: &TokenStream) -> syn::Result<Option<Arg>> {
    // Any identifier, including keywords, because `crate` is one.
    let Ok(name) = Ident::parse_any(input) else { return Ok(None) };
    let form = if at_the_end(input) {
        Form::Word
    } else if equals(input) {
        Form::Value(value(input, &name)?)
    } else if input.peek(token::Paren) {
        let list = parentheses(input)?;
        if !at_the_end(input) && symbol::word(&name.to_string()).is_none() {
            return Err(syn::Error::new_spanned(&name, unknown::why(&name, &Form::Word)));
        }
        end_of_list(input)?;
        list
    } else {
        return Err(mistake::behind_a_name(&name, &until_comma(&input.fork())?, chunk));
    };
    Ok(Some(Arg { name, form }))
}

/// Parses `(...)` and keeps its tokens unparsed.
pub(crate) fn parentheses(input: ParseStream<'_>) -> syn::Result<Form> {
    let content;
    let parens = parenthesized!(content in input);
    Ok(Form::List { span: parens.span.join(), tokens: content.parse()? })
}

/// Checks that only a comma follows the parentheses of a list.
pub(crate) fn end_of_list(input: ParseStream<'_>) -> syn::Result<()> {
    if at_the_end(input) { Ok(()) } else { Err(mistake::behind_a_list(&until_comma(&input.fork())?)) }
}

pub(crate) fn at_the_end(input: ParseStream<'_>) -> bool {
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

/// Takes the tokens before the next comma, or an expression that contains commas:
/// `<T as Scopes<A, B>>::READ`.
pub(crate) fn expression(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    if input.peek(Token![#]) {
        // The parser would accept it as part of the expression, and a `cfg` would have no effect.
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

/// Takes the tokens before the next comma.
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

    use super::{arg, list};
    use crate::errors::Errors;
    use crate::syntax::Form;

    fn read(tokens: &str) -> (Vec<String>, Vec<String>) {
        let mut errors = Errors::default();
        let args = list(tokens.parse::<TokenStream>().unwrap(), &mut errors, |input, chunk, _| {
            arg(input, chunk)?.ok_or_else(|| input.error("expected a word"))
        });
        let args = args.iter().map(|arg| match &arg.form {
            Form::Word => arg.name.to_string(),
            Form::Value(value) => format!("{} = {value}", arg.name),
            Form::List { tokens, .. } => format!("{}({tokens})", arg.name),
        });
        (args.collect(), errors.messages())
    }

    #[test]
    fn each_form_is_recognized() {
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
    fn parsing_continues_after_each_mistake() {
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
