//! The values of one key: a string, a constant, or a list of them. Values that no token can contain
//! are refused.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{BinOp, Expr, ExprLit, ExprPath, Lit, LitStr, Token, bracketed, token};

use crate::args;
use crate::errors::Errors;
use crate::mistake;
use crate::policy::Value;
use crate::symbol::Kind;

/// Parses the part after `name =`, where `name` is a key such as `any_scopes`.
pub(crate) fn values(name: &Ident, tokens: TokenStream, kind: Kind, errors: &mut Errors) -> Vec<Value> {
    let mut reader = Reader { name, kind, errors };
    let parser = |input: ParseStream<'_>| {
        if is_list(&input.fork()) {
            let content;
            let brackets = bracketed!(content in input);
            let list = reader.list(&content)?;
            if list.is_none() {
                reader.errors.push(syn::Error::new(brackets.span.join(), reader.nothing()));
            }
            return Ok(list.unwrap_or_default());
        }
        let tokens: TokenStream = input.parse()?;
        Ok(reader.one(&tokens).into_iter().collect())
    };
    parser.parse2(tokens).unwrap_or_else(|error| {
        errors.push(error);
        Vec::new()
    })
}

/// Whether brackets follow, with nothing after them.
fn is_list(input: ParseStream<'_>) -> bool {
    input.peek(token::Bracket) && input.parse::<proc_macro2::TokenTree>().is_ok() && input.is_empty()
}

struct Reader<'a> {
    name: &'a Ident,
    kind: Kind,
    errors: &'a mut Errors,
}

impl Reader<'_> {
    /// The values of a list; `None` if there are none.
    fn list(&mut self, input: ParseStream<'_>) -> syn::Result<Option<Vec<Value>>> {
        if input.is_empty() {
            return Ok(None);
        }
        let mut found = Vec::new();
        while !input.is_empty() {
            let tokens = input.call(args::expression)?;
            if tokens.is_empty() {
                let message = "there is no value before this `,`: remove the comma, or write the \
                    value";
                self.errors.push(input.error(message));
            } else if let Some(value) = self.one(&tokens) {
                if found.iter().any(|earlier| same(earlier, &value)) {
                    let noun = self.kind.noun();
                    self.errors.at(
                        &value,
                        format!(
                            "this {noun} is already in the list: remove one of the \
                            two"
                        ),
                    );
                } else {
                    found.push(value);
                }
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Some(found))
    }

    fn one(&mut self, tokens: &TokenStream) -> Option<Value> {
        let parser = |input: ParseStream<'_>| Ok((input.parse::<Expr>().ok(), input.parse::<TokenStream>()?));
        let (value, rest) = match parser.parse2(tokens.clone()) {
            Ok((Some(value), rest)) => (Some(value), rest),
            // The parser's error is useless if the user did not mean to write an expression.
            _ => (None, tokens.clone()),
        };
        match value {
            Some(value) if rest.is_empty() => self.expression(value),
            _ => {
                self.errors.push(mistake::in_a_value(self.name, &rest, tokens));
                None
            }
        }
    }

    fn expression(&mut self, value: Expr) -> Option<Value> {
        match value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                if let Some(fault) = fault(&text, self.kind) {
                    self.errors.at(&text, fault);
                }
                Some(Value::Literal(text))
            }
            Expr::Path(path) if !is_a_word(&path) => Some(Value::Constant(path)),
            other => {
                let remedy = self.remedy(&other);
                self.errors.at(other, remedy);
                None
            }
        }
    }

    fn nothing(&self) -> String {
        format!("an empty list demands nothing: name at least one {}, or remove the key", self.kind.noun())
    }

    /// What to write instead of an expression that is not a value.
    fn remedy(&self, value: &Expr) -> String {
        let name = self.name;
        let noun = self.kind.noun();
        match value {
            Expr::Array(_) => format!("lists do not nest: put every {noun} in one list"),
            Expr::Tuple(_) | Expr::Paren(_) | Expr::Block(_) => mistake::BRACKETS.to_owned(),
            Expr::Reference(_) => "write the value without the `&`".to_owned(),
            Expr::Macro(mac) if mac.mac.path.is_ident("vec") => {
                format!("write the list without `vec!`: `{name} = [\"...\", \"...\"]`")
            }
            Expr::Macro(_) => {
                "macros are not expanded here: write the text, or name a constant that holds it, \
                    as in `const NAME: &str = concat!(...);`"
                    .to_owned()
            }
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_) | BinOp::BitAnd(_)) => {
                mistake::AND.to_owned()
            }
            Expr::Binary(binary) if matches!(binary.op, BinOp::Or(_) | BinOp::BitOr(_) | BinOp::Add(_)) => {
                mistake::OR.to_owned()
            }
            Expr::Assign(assign) => self.remedy(&assign.left),
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Not(_)) => mistake::NO_NOT.to_owned(),
            Expr::Call(_) => format!(
                "write only the values, without a call: `{name} = [\"...\", \
                \"...\"]`"
            ),
            Expr::MethodCall(call) if matches!(*call.receiver, Expr::Lit(_)) => {
                format!("write only the text, without `.{}()`", call.method)
            }
            Expr::Lit(ExprLit { lit: Lit::Char(value), .. }) => {
                format!("write text in double quotes: {:?}", value.value().to_string())
            }
            Expr::Lit(ExprLit { lit: Lit::ByteStr(_) | Lit::CStr(_) | Lit::Byte(_), .. }) => {
                "write the text without the letter before the quotes".to_owned()
            }
            other => match mistake::plain(&other.to_token_stream()) {
                Some(text) if may_be_text(other, &text) => mistake::unquoted(name, &text),
                _ => format!(
                    "a {noun} is a string, or the path of a constant that is a string or a list of \
                        strings; write several as a list: `[\"...\", \"...\"]`. Check values that \
                        are known only at run time in the handler, with `token.require(&policy)?`"
                ),
            },
        }
    }
}

/// Whether an expression is probably text without quotes, such as `read.messages`.
fn may_be_text(value: &Expr, text: &str) -> bool {
    match value {
        Expr::Cast(_) => false,
        Expr::Field(_) => !text.starts_with("self.") && text.contains(char::is_lowercase),
        _ => true,
    }
}

/// Whether a path is one word with a lower-case letter. It is probably a string without quotes. A
/// constant with such a name can be written with its module, as `self::read`.
fn is_a_word(path: &ExprPath) -> bool {
    path.qself.is_none()
        && path.path.get_ident().is_some_and(|name| name.to_string().contains(char::is_lowercase))
}

/// Returns what is wrong with a string literal, if anything. Core makes the same checks for
/// constants, when they are evaluated.
fn fault(text: &LitStr, kind: Kind) -> Option<String> {
    let value = text.value();
    let noun = kind.noun();
    if value.trim().is_empty() {
        return Some(format!("an empty {noun} can never be granted: name one, or remove the key"));
    }
    if value.trim() != value {
        return Some(format!("a {noun} does not begin or end with white space: write {:?}", value.trim()));
    }
    // An LDAP name contains commas and an equals sign.
    let separators: &[char] = match kind {
        Kind::Scope => &[' ', ','],
        Kind::Role | Kind::Permission if value.contains('=') => &[],
        Kind::Role | Kind::Permission => &[','],
    };
    let names: Vec<_> = value.split(separators).filter(|name| !name.is_empty()).collect();
    if names.len() > 1 {
        let otherwise = match kind {
            Kind::Scope if value.contains(' ') => "",
            _ => ", or, if it is one, name a constant that holds it",
        };
        return Some(format!("this {noun} looks like several: write {names:?}{otherwise}"));
    }
    if kind != Kind::Scope {
        return None;
    }
    // scope-token = 1*( %x21 / %x23-5B / %x5D-7E ), RFC 6749 section 3.3.
    let bad = value.chars().find(|c| !matches!(c, '\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E'))?;
    Some(format!(
        "a scope cannot contain {bad:?}: only printable ASCII other than `\"` and `\\` (RFC 6749, \
            section 3.3)"
    ))
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Literal(one), Value::Literal(other)) => one.value() == other.value(),
        (Value::Constant(one), Value::Constant(other)) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Ident, Span};
    use quote::ToTokens;

    use super::values;
    use crate::errors::Errors;
    use crate::symbol::Kind;

    fn read(value: &str, kind: Kind) -> (Vec<String>, Vec<String>) {
        let mut errors = Errors::default();
        let name = Ident::new("any_scopes", Span::call_site());
        let found = values(&name, value.parse().unwrap(), kind, &mut errors);
        (found.iter().map(|value| value.to_token_stream().to_string()).collect(), errors.messages())
    }

    #[test]
    fn strings_and_constants_are_values() {
        let table: &[(&str, &[&str])] = &[
            ("\"a\"", &["\"a\""]),
            ("A", &["A"]),
            ("[\"a\", m::A, \"A\"]", &["\"a\"", "m :: A", "\"A\""]),
            ("[<T as X>::A,]", &["< T as X > :: A"]),
        ];
        for (value, expected) in table {
            assert_eq!(
                read(value, Kind::Scope),
                (expected.iter().map(ToString::to_string).collect(), vec![])
            );
        }
    }

    #[test]
    fn a_scope_contains_what_rfc_6749_allows() {
        let every = |text: &str| read(&format!("{text:?}"), Kind::Scope).1.is_empty();
        for byte in 0..=0xFF_u8 {
            let allowed = matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
            assert_eq!(every(&char::from(byte).to_string()), allowed, "{byte:#x}");
        }
        assert!(read("\"two words\"", Kind::Role).1.is_empty(), "a role may contain a space");
    }

    #[test]
    fn a_name_is_not_listed_twice() {
        assert_eq!(read("[\"a\", A, \"a\"]", Kind::Role).1.len(), 1);
        assert_eq!(read("[A, \"A\", m::A, A]", Kind::Role).1.len(), 1);
    }

    #[test]
    fn everything_else_is_refused() {
        let refused = [
            "[]",
            "\"\"",
            "[\"\"]",
            "1",
            "true",
            "'a'",
            "b\"a\"",
            "c\"a\"",
            "(\"a\")",
            "(\"a\", \"b\")",
            "&A",
            "[[\"a\"]]",
            "concat!(\"a\")",
            "a && b",
            "a = b",
            "f()",
            "{ A }",
            "|| A",
            "[A; 2]",
            "-1",
            "A { }",
            "A as B",
        ];
        for value in refused {
            assert_eq!(read(value, Kind::Permission).1.len(), 1, "{value}");
        }
    }
}
