//! `policy!`: defines types that represent policies, so that several handlers can share one.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Path, Token, Visibility, parenthesized, token};

use crate::adapter::Adapter;
use crate::check;
use crate::constant::Writer;
use crate::errors::Errors;
use crate::krate::Krate;
use crate::policy_type;
use crate::syntax::is_a_types_name;

/// One declaration: `/// Docs. pub Editors(any_scopes = "...")`.
struct Declaration {
    attrs: Vec<Attribute>,
    vis: Visibility,
    name: Ident,
    /// The unparsed tokens in the parentheses.
    demands: TokenStream,
}

/// Expands `policy! { input }`. If a policy is invalid, it is reported, and its type is defined
/// with a policy that no token meets, so that the compiler does not also report a missing type.
pub(crate) fn policies(input: TokenStream, adapter: &Adapter) -> (TokenStream, Errors) {
    let mut errors = Errors::default();
    let (krate, declarations) = read(input, &mut errors);
    let krate = Krate::new(krate, adapter);
    let types = declarations.into_iter().map(|declaration| policy(declaration, &krate, &mut errors));
    (types.collect(), errors)
}

fn policy(declaration: Declaration, krate: &Krate, errors: &mut Errors) -> TokenStream {
    let Declaration { attrs, vis, name, demands } = declaration;
    let writer = Writer { krate };
    let mut own = Errors::default();
    let checked = check::check(demands, &mut own);
    if let Some(path) = checked.krate {
        own.at(path, "`crate = path;` comes first in `policy!` and applies to all policies in it");
    }
    let policy = if own.is_empty() { writer.reference(&checked.policy) } else { writer.never_met() };
    errors.extend(own);
    policy_type::define(&attrs, &vis, &name, &policy, krate)
}

/// Parses the declarations. An invalid one is reported and skipped.
fn read(input: TokenStream, errors: &mut Errors) -> (Option<Path>, Vec<Declaration>) {
    let mut found = Vec::new();
    let parser = |input: ParseStream<'_>| {
        let krate = krate(input)?;
        while !input.is_empty() {
            match declaration(input) {
                Ok(declaration) => found.push(declaration),
                Err(error) => {
                    errors.push(error);
                    skip(input)?;
                }
            }
        }
        Ok(krate)
    };
    let krate = parser.parse2(input).unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    (krate, found)
}

/// `crate = path;`
fn krate(input: ParseStream<'_>) -> syn::Result<Option<Path>> {
    if !(input.peek(Token![crate]) && input.peek2(Token![=])) {
        return Ok(None);
    }
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    let path = input.call(Path::parse_mod_style)?;
    input.parse::<Token![;]>()?;
    Ok(Some(path))
}

fn declaration(input: ParseStream<'_>) -> syn::Result<Declaration> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse()?;
    let name = name(input)?;
    if !input.peek(token::Paren) {
        return Err(undecided(input, &name));
    }
    let content;
    parenthesized!(content in input);
    let demands = content.parse()?;
    if !input.is_empty() && !input.peek(Token![;]) {
        return Err(input.error(format!("a `;` is missing before this, after `{name}(...)`")));
    }
    input.parse::<Option<Token![;]>>()?;
    Ok(Declaration { attrs, vis, name, demands })
}

fn name(input: ParseStream<'_>) -> syn::Result<Ident> {
    const ITEMS: [&str; 6] = ["struct", "enum", "type", "const", "static", "fn"];
    let name = input.call(Ident::parse_any).map_err(|error| {
        syn::Error::new(
            error.span(),
            "a policy is a name with its demands: `Editors(any_scopes = \
            \"...\");`",
        )
    })?;
    if ITEMS.iter().any(|item| name == item) {
        return Err(syn::Error::new_spanned(&name, format!("write only the name, without `{name}`")));
    }
    if !is_a_types_name(&name) {
        let message = format!("a policy is a type, so name it like a type: `{}`", camel_case(&name));
        return Err(syn::Error::new_spanned(&name, message));
    }
    Ok(name)
}

fn camel_case(name: &Ident) -> String {
    let words = name.unraw().to_string().to_lowercase();
    let words = words.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    });
    words.collect()
}

/// The error for a name without parentheses.
fn undecided(input: ParseStream<'_>, name: &Ident) -> syn::Error {
    let next = input.cursor().token_tree().map(|(tree, _)| tree);
    let message = match &next {
        Some(TokenTree::Punct(sign)) if sign.as_char() == '<' => {
            "a policy in `policy!` has no parameters: implement `HasPolicy` for a generic type \
                instead"
                .to_owned()
        }
        Some(TokenTree::Punct(sign)) if matches!(sign.as_char(), ':' | '=') => {
            format!("write the demands in parentheses: `{name}(...)`")
        }
        Some(TokenTree::Group(group)) if group.delimiter() != Delimiter::None => {
            format!("write the demands in parentheses: `{name}(...)`")
        }
        _ => {
            return syn::Error::new_spanned(
                name,
                format!(
                    "say what `{name}` demands: `{name}(any_scopes = \"...\")`, or `{name}()` for \
                        any valid token"
                ),
            );
        }
    };
    syn::Error::new_spanned(next, message)
}

/// Skips to the token after the next `;`.
fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![;]) {
        input.parse::<TokenTree>()?;
    }
    input.parse::<Option<Token![;]>>()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{Adapter, TokenStream, policies};

    fn expand(input: TokenStream) -> (String, Vec<String>) {
        let (output, errors) = policies(input, &Adapter::new("axioms_core"));
        (output.to_string(), errors.messages())
    }

    #[test]
    fn each_policy_becomes_a_documented_type() {
        let (output, errors) = expand(quote! {
            crate = sdk;
            /// May edit.
            #[cfg(feature = "x")]
            pub(crate) Editors(roles = "a");
            Chiefs(Editors)
        });
        let expected = quote! {
            /// May edit.
            #[cfg(feature = "x")]
            pub(crate) enum Editors {}

            #[cfg(feature = "x")]
            #[diagnostic::do_not_recommend]
            impl sdk::__private::HasPolicy for Editors {
                const POLICY: &'static sdk::__private::Policy = &sdk::__private::Policy::new(sdk::__private::claims(
                    sdk::__private::GrantKind::Role, sdk::__private::Quantifier::Any, const { &[&["a"]] }
                ));
            }

            #[cfg(feature = "x")]
            const _: &sdk::__private::Policy = <Editors as sdk::__private::HasPolicy>::POLICY;

            enum Chiefs {}

            #[diagnostic::do_not_recommend]
            impl sdk::__private::HasPolicy for Chiefs {
                const POLICY: &'static sdk::__private::Policy = <Editors as sdk::__private::HasPolicy>::POLICY;
            }

            const _: &sdk::__private::Policy = <Chiefs as sdk::__private::HasPolicy>::POLICY;
        };
        assert_eq!(output, expected.to_string());
        assert!(errors.is_empty(), "{errors:?}");
    }

    #[test]
    fn each_mistake_is_reported_once_and_the_rest_is_parsed() {
        let table = [
            ("A: roles = \"a\"", "in parentheses: `A(...)`"),
            ("A = roles", "in parentheses: `A(...)`"),
            ("A { roles = \"a\" }", "in parentheses: `A(...)`"),
            ("A[roles = \"a\"]", "in parentheses: `A(...)`"),
            ("A", "say what `A` demands"),
            ("A<T>(roles = T::X)", "implement `HasPolicy`"),
            ("pub struct A(roles = \"a\")", "without `struct`"),
            ("editors(roles = \"a\")", "like a type: `Editors`"),
            ("SENIOR_EDITORS(roles = \"a\")", "like a type: `SeniorEditors`"),
            ("\"A\"(roles = \"a\")", "a policy is a name"),
            ("A(all_roles = \"a\", role = \"a\")", "did you mean `roles`?"),
            ("A(crate = x)", "first in `policy!`"),
            ("A(public)", "needs no policy: remove this one"),
            ("A(#[cfg(x)] roles = \"a\")", "a policy of `policy!` below `#[cfg(condition)]`"),
            ("A(B, B)", "already in the list"),
            ("A(GET(), default(public))", "name each public method"),
            ("A() B(roles = \"a\")", "a `;` is missing"),
            ("A(), B(roles = \"a\")", "a `;` is missing"),
        ];
        for (declaration, expected) in table {
            let (output, errors) = expand(format!("{declaration}; Last();").parse().unwrap());
            assert_eq!(errors.len(), 1, "{declaration}: {errors:?}");
            assert!(errors.iter().all(|error| error.contains(expected)), "{declaration}: {errors:?}");
            assert!(output.contains("enum Last"), "{declaration}: {output}");
            assert!(!output.contains("\"a\""), "{declaration}: {output}");
        }
    }
}
