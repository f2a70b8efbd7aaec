//! Messages for malformed arguments: what was probably meant, and what to write instead.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::{Error, Path};

use crate::symbol::{self, Word};
use crate::syntax::{Arg, Form, Term, is_a_types_name};

/// The error for an argument that does not begin with a word.
pub(crate) fn without_a_name(input: ParseStream<'_>, chunk: &TokenStream, before: Option<&Term>) -> Error {
    let message = match chunk.clone().into_iter().next() {
        _ if starts_with_attribute(chunk) => ATTRIBUTE.to_owned(),
        None => "there is no demand before this `,`: remove the comma, or write the demand".to_owned(),
        Some(TokenTree::Literal(value)) => bare(&value.to_string(), before),
        Some(TokenTree::Punct(sign)) if sign.as_char() == '!' => NO_NOT.to_owned(),
        Some(TokenTree::Punct(sign)) if sign.as_char() == '*' => {
            "there is no wildcard: for any valid token, write no demand, and for the methods that \
                are not named, `default(...)`"
                .to_owned()
        }
        Some(TokenTree::Punct(sign)) if sign.as_char() == ';' => SEMICOLON.to_owned(),
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            "parentheses need a word before them: write `any(...)` or `all(...)`".to_owned()
        }
        Some(TokenTree::Group(_)) => {
            "a list needs a key before it: write, for example, `any_scopes = [...]` or `any_roles \
                = [...]`"
                .to_owned()
        }
        Some(_) => DEMAND.to_owned(),
    };
    at(input, chunk, &message)
}

/// The same for an attribute whose arguments are not demands.
pub(crate) fn no_word(input: ParseStream<'_>, chunk: &TokenStream, expected: &str) -> Error {
    at(input, chunk, if starts_with_attribute(chunk) { ATTRIBUTE } else { expected })
}

fn at(input: ParseStream<'_>, chunk: &TokenStream, message: &str) -> Error {
    if chunk.is_empty() { input.error(message) } else { Error::new_spanned(chunk, message) }
}

fn starts_with_attribute(chunk: &TokenStream) -> bool {
    matches!(chunk.clone().into_iter().next(), Some(TokenTree::Punct(sign)) if sign.as_char() == '#')
}

/// The hint for an argument without a word.
const DEMAND: &str =
    "a demand is a key with a value, such as `any_scopes = \"...\"` or `any_roles = \"...\"`";

/// An attribute precedes an argument or a value.
pub(crate) const ATTRIBUTE: &str = "attributes are not allowed here: remove it; if this depends on a \
    `cfg`, write all of it once for each case: an attribute as `#[cfg_attr(condition, ...)]`, a policy \
    of `policy!` below `#[cfg(condition)]`";

pub(crate) const NO_NOT: &str = "a policy says what a token must grant, and there is no `not`: \
    name what it must grant, or read the token in the handler";

/// The message for a policy on a route that needs no token.
pub(crate) const NO_POLICY: &str = "a route that needs no token needs no policy: remove this one; \
    if only one method needs no token, write `GET(public)`";

const SEMICOLON: &str = "write `,` here: demands and values are separated by commas";

/// The message for a value in the place of a demand.
fn bare(value: &str, before: Option<&Term>) -> String {
    let text = value.trim_matches('"');
    if symbol::METHODS.contains(&text) {
        return format!("methods are written without quotes: `{text}(...)`");
    }
    if let Some(Term::Word(Arg { name, form: Form::Value(first) })) = before
        && matches!(symbol::word(&name.to_string()), Some(Word::Key(..)))
    {
        return format!("write several values as a list: `{name} = [{first}, {value}]`");
    }
    which_kind(value)
}

/// The message for a name alone, which could be a scope, a role or a permission.
pub(crate) fn which_kind(value: &str) -> String {
    let quoted = if value.starts_with('"') { value.to_owned() } else { format!("\"{value}\"") };
    kinds(&quoted, &quoted)
}

/// The message for a constant alone, or for a type whose name looks like a constant's.
pub(crate) fn constant(path: &str) -> String {
    format!("{}; the name of a policy's type contains lower-case letters", kinds(&format!("`{path}`"), path))
}

fn kinds(shown: &str, value: &str) -> String {
    format!(
        "say what {shown} is: `any_scopes = {value}`, `any_roles = {value}` or `any_permissions = \
            {value}`"
    )
}

/// The error for something other than a comma after a list such as `any(...)` or `GET(...)`.
pub(crate) fn behind_a_list(rest: &TokenStream) -> Error {
    Error::new_spanned(first(rest), joined(rest).unwrap_or_else(|| MISSING_COMMA.to_owned()))
}

const MISSING_COMMA: &str = "a comma is missing before this: demands are separated by commas";

/// The error for something other than `=` or `(...)` after a name. `chunk` is the name and
/// everything up to the next comma.
pub(crate) fn behind_a_name(name: &Ident, rest: &TokenStream, chunk: &TokenStream) -> Error {
    let signs = signs(rest);
    let called = name.to_string();
    if let Some(key) = spelt_apart(chunk).filter(|key| *key != called) {
        return Error::new_spanned(
            chunk,
            format!(
                "the key is written with underscores: `{key} = \
            ...`"
            ),
        );
    }
    match symbol::word(&called) {
        Some(Word::Group(_) | Word::Method | Word::Default) if !signs.starts_with(['&', '|', ';', '!']) => {
            return Error::new_spanned(first(rest), format!("write `{name}(...)`, with parentheses"));
        }
        _ => {}
    }
    if is_a_constant(chunk) {
        return Error::new_spanned(chunk, constant(&chunk.to_string().replace(' ', "")));
    }
    let known = symbol::word(&called).is_some();
    let message = match (signs.as_str(), joined(rest)) {
        ("==", _) => format!("write one `=`: `{name} = \"...\"`"),
        ("!=", _) => NO_NOT.to_owned(),
        (_, Some(message)) => message,
        (":" | "=>" | ":=" | "+=" | "|=" | "->" | "<" | ">" | "<=" | ">=" | "~", _) if known => {
            format!("write `=` here: `{name} = \"...\"`")
        }
        ("", _) if known && !starts_with_word(rest) => {
            format!("the `=` is missing: write `{name} = \"...\"` or `{name} = [\"...\", \"...\"]`")
        }
        ("", _) if is_a_types_name(name) => MISSING_COMMA.to_owned(),
        _ if !known && plain(chunk).is_some() => {
            let text = plain(chunk).unwrap_or_default();
            return Error::new_spanned(chunk, which_kind(&text));
        }
        _ => format!("expected `=` or `,` after `{name}`; {DEMAND}"),
    };
    Error::new_spanned(first(rest), message)
}

/// Whether this is a path that ends with a constant's name: `roles::ADMIN`.
fn is_a_constant(chunk: &TokenStream) -> bool {
    let path = syn::parse2::<Path>(chunk.clone());
    path.is_ok_and(|path| {
        path.segments.last().is_some_and(|last| !last.ident.to_string().contains(char::is_lowercase))
    })
}

/// A key whose words are not separated by underscores: `any-scopes = ...`.
fn spelt_apart(chunk: &TokenStream) -> Option<&'static str> {
    let mut name = String::new();
    for tree in chunk.clone() {
        match tree {
            TokenTree::Ident(word) if name.is_empty() || name.ends_with('_') => name += &word.to_string(),
            TokenTree::Ident(word) => name = name + "_" + &word.to_string(),
            TokenTree::Punct(sign) if matches!(sign.as_char(), '-' | '.') => name.push('_'),
            _ => break,
        }
    }
    symbol::KEYS.iter().map(|key| key.0).find(|key| *key == name)
}

/// The message for tokens that were meant to join demands: `&&`, `||`, `;`, `and`, `or`.
fn joined(rest: &TokenStream) -> Option<String> {
    let names_method = |tree: TokenTree| matches!(tree, TokenTree::Ident(word) if symbol::METHODS.iter().any(|method| word == method));
    if !signs(rest).is_empty() && rest.clone().into_iter().any(names_method) {
        return Some("give each method its own demands: `GET(...), POST(...)`".to_owned());
    }
    let word = match rest.clone().into_iter().next() {
        Some(TokenTree::Ident(word)) => word.to_string().to_lowercase(),
        _ => String::new(),
    };
    match (signs(rest).as_str(), word.as_str()) {
        (";", _) => Some(SEMICOLON.to_owned()),
        ("&&" | "&", _) | (_, "and") => Some(AND.to_owned()),
        ("||" | "|", _) | (_, "or") => Some(OR.to_owned()),
        _ => None,
    }
}

pub(crate) const AND: &str = "write `,` here: demands that are separated by commas must all be met";

pub(crate) const OR: &str = "write several values as one list, as in `any_scopes = [\"...\", \
    \"...\"]`, and several demands as a group, as in `any(any_scopes = \"...\", any_roles = \
    \"...\")`";

/// The error for a value that is not an expression, or that is followed by other tokens.
pub(crate) fn in_a_value(name: &Ident, rest: &TokenStream, whole: &TokenStream) -> Error {
    let message = match rest.clone().into_iter().next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace && same(rest, whole) => {
            BRACKETS.to_owned()
        }
        Some(TokenTree::Literal(_)) if !same(rest, whole) => {
            "a comma is missing before this, and several values need brackets: `[\"...\", \"...\"]`"
                .to_owned()
        }
        Some(TokenTree::Ident(word)) if symbol::word(&word.to_string()).is_some() && !same(rest, whole) => {
            MISSING_COMMA.to_owned()
        }
        _ => match (joined(rest), plain(whole)) {
            (Some(message), _) => message,
            (None, Some(text)) => return Error::new_spanned(whole, unquoted(name, &text)),
            (None, None) => {
                format!(
                    "this is not a value: write `{name} = \"...\"` or `{name} = [\"...\", \
                    \"...\"]`"
                )
            }
        },
    };
    Error::new_spanned(first(rest), message)
}

pub(crate) const BRACKETS: &str = "write a list in square brackets: `[\"...\", \"...\"]`";

/// The message for a value without quotes.
pub(crate) fn unquoted(name: &Ident, text: &str) -> String {
    let values: Vec<_> = text.split(' ').map(|value| format!("{value:?}")).collect();
    match values.as_slice() {
        [value] => format!("`{text}` has no quotes: write {value}"),
        several => format!("the quotes are missing: write `{name} = [{}]`", several.join(", ")),
    }
}

/// The tokens as text, with a space between words, if they are only words and signs.
pub(crate) fn plain(tokens: &TokenStream) -> Option<String> {
    let mut text = String::new();
    let mut after_word = false;
    for tree in tokens.clone() {
        let (part, is_word) = match tree {
            TokenTree::Ident(word) => (word.to_string(), true),
            TokenTree::Literal(value) if !value.to_string().contains(['"', '\'']) => {
                (value.to_string(), true)
            }
            TokenTree::Punct(sign) if !matches!(sign.as_char(), '=' | ';' | '!' | '$' | '\'' | '<' | '>') => {
                (sign.to_string(), false)
            }
            _ => return None,
        };
        if after_word && is_word {
            text.push(' ');
        }
        text += &part;
        after_word = is_word;
    }
    Some(text).filter(|text| !text.is_empty())
}

/// The signs at the start of the tokens: `==` of `== "read"`.
fn signs(tokens: &TokenStream) -> String {
    let signs = tokens.clone().into_iter().map_while(|tree| match tree {
        TokenTree::Punct(sign) => Some(sign.as_char()),
        _ => None,
    });
    signs.collect()
}

fn starts_with_word(tokens: &TokenStream) -> bool {
    matches!(tokens.clone().into_iter().next(), Some(TokenTree::Ident(_)))
}

fn first(tokens: &TokenStream) -> TokenStream {
    // An operator with two characters is two tokens.
    let mut found = TokenStream::new();
    for tree in tokens.clone() {
        let goes_on =
            matches!(&tree, TokenTree::Punct(sign) if sign.spacing() == proc_macro2::Spacing::Joint);
        found.extend([tree]);
        if !goes_on {
            break;
        }
    }
    found
}

fn same(rest: &TokenStream, whole: &TokenStream) -> bool {
    rest.clone().into_iter().count() == whole.clone().into_iter().count()
}
