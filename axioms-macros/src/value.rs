//! The values of one key: a string, a constant, or a list of them, none of which may be a name no token can hold.

use syn::{Expr, ExprArray, ExprLit, Lit, LitStr};

use crate::errors::Errors;
use crate::policy::{Kind, Value};

/// Reads what stands behind `any_scopes =` and the like.
pub(crate) fn values(value: Expr, kind: Kind, errors: &mut Errors) -> Vec<Value> {
    match value {
        Expr::Array(list) => self::list(list, kind, errors),
        // What a `macro_rules!` macro passes on as `$value:expr` stands in an invisible group.
        Expr::Group(group) => values(*group.expr, kind, errors),
        single => one(single, kind, errors).into_iter().collect(),
    }
}

fn list(list: ExprArray, kind: Kind, errors: &mut Errors) -> Vec<Value> {
    if list.elems.is_empty() {
        let noun = kind.noun();
        errors.at(&list, format!("an empty list demands nothing: name at least one {noun}, or drop the key"));
    }
    let mut found = Vec::new();
    for element in list.elems {
        let Some(value) = one(element, kind, errors) else { continue };
        if found.iter().any(|earlier| same(earlier, &value)) {
            errors.at(&value, format!("this {} is in the list already: drop one of the two", kind.noun()));
        } else {
            found.push(value);
        }
    }
    found
}

fn one(value: Expr, kind: Kind, errors: &mut Errors) -> Option<Value> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            if let Some(fault) = fault(&text, kind) {
                errors.at(&text, fault);
            }
            Some(Value::Literal(text))
        }
        Expr::Path(path) => Some(Value::Constant(path)),
        Expr::Group(group) => one(*group.expr, kind, errors),
        other => refuse(&other, kind, errors),
    }
}

fn refuse(value: &Expr, kind: Kind, errors: &mut Errors) -> Option<Value> {
    let noun = kind.noun();
    let remedy = match value {
        Expr::Array(_) => format!("lists do not nest: put every {noun} in one list"),
        Expr::Tuple(_) | Expr::Paren(_) => {
            "a list stands in square brackets: `[\"...\", \"...\"]`".to_owned()
        }
        Expr::Reference(_) => "write the value without the `&`".to_owned(),
        Expr::Macro(_) => {
            "a macro cannot be looked into here: write the text, or name a `const` that holds it".to_owned()
        }
        Expr::Binary(_) | Expr::Assign(_) => {
            "demands are not joined by operators: write `any(..., ...)` or `all(..., ...)`".to_owned()
        }
        _ => format!(
            "a {noun} is a string, or the path of a `const` that holds one; \
             several stand in a list: `[\"...\", \"...\"]`"
        ),
    };
    errors.at(value, remedy);
    None
}

/// What is wrong with a name that is spelt out. Core checks the same of constants, while they are evaluated.
fn fault(text: &LitStr, kind: Kind) -> Option<String> {
    let value = text.value();
    let noun = kind.noun();
    if value.is_empty() {
        return Some(format!("an empty {noun} can never be granted: name one, or drop the key"));
    }
    if kind != Kind::Scope {
        return None;
    }
    if value.contains(' ') {
        let names: Vec<_> = value.split_whitespace().map(|name| format!("{name:?}")).collect();
        return Some(format!("a scope holds no space: write [{}]", names.join(", ")));
    }
    // scope-token = 1*( %x21 / %x23-5B / %x5D-7E ), RFC 6749 section 3.3.
    let bad = value.chars().find(|c| !matches!(c, '\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E'))?;
    Some(format!(
        "a scope cannot hold {bad:?}: only printable ASCII other than `\"` and `\\` (RFC 6749, section 3.3)"
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
    use quote::ToTokens;

    use super::values;
    use crate::errors::Errors;
    use crate::policy::Kind;

    fn read(value: &str, kind: Kind) -> (Vec<String>, Vec<String>) {
        let mut errors = Errors::default();
        let found = values(syn::parse_str(value).unwrap(), kind, &mut errors);
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
    fn a_scope_holds_what_rfc_6749_allows() {
        let every = |text: &str| read(&format!("{text:?}"), Kind::Scope).1.is_empty();
        for byte in 0..=0xFF_u8 {
            let allowed = matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
            assert_eq!(every(&char::from(byte).to_string()), allowed, "{byte:#x}");
        }
        assert!(read("\"two words\"", Kind::Role).1.is_empty(), "a role may hold a space");
    }

    #[test]
    fn a_name_is_not_listed_twice() {
        assert_eq!(read("[\"a\", A, \"a\"]", Kind::Role).1.len(), 1);
        assert_eq!(read("[A, \"A\", m::A, A]", Kind::Role).1.len(), 1);
    }

    #[test]
    fn whatever_is_no_name_is_refused() {
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
