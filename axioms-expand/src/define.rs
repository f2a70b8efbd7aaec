//! `policy!`: types that stand for policies, so that several handlers share one.

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
    /// What is in its parentheses, still unread.
    demands: TokenStream,
}

/// Expands `policy! { input }`. If anything is wrong with a policy, the errors say so, and its type
/// stands for one that no token meets, so that the compiler does not report the type missing as well.
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
        own.at(path, "`crate = path;` is first in `policy!`, once for all that it holds");
    }
    let policy = if own.is_empty() { writer.reference(&checked.policy) } else { writer.never_met() };
    errors.extend(own);
    policy_type::define(&attrs, &vis, &name, &policy, krate)
}

/// Reads the declarations. A bad one is reported and left out, and reading goes on behind it.
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
        return Err(input.error(format!("a `;` is missing before this, behind `{name}(...)`")));
    }
    input.parse::<Option<Token![;]>>()?;
    Ok(Declaration { attrs, vis, name, demands })
}

fn name(input: ParseStream<'_>) -> syn::Result<Ident> {
    const ITEMS: [&str; 6] = ["struct", "enum", "type", "const", "static", "fn"];
    let name = input.call(Ident::parse_any).map_err(|error| {
        syn::Error::new(error.span(), "a policy is a name with its demands: `Editors(any_scopes = \"...\");`")
    })?;
    if ITEMS.iter().any(|item| name == item) {
        return Err(syn::Error::new_spanned(&name, format!("write the name alone, without `{name}`")));
    }
    if !is_a_types_name(&name) {
        let message = format!("a policy is a type, and has a name like one: `{}`", camel_case(&name));
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

/// What to say where no parentheses follow a name.
fn undecided(input: ParseStream<'_>, name: &Ident) -> syn::Error {
    let next = input.cursor().token_tree().map(|(tree, _)| tree);
    let message = match &next {
        Some(TokenTree::Punct(sign)) if sign.as_char() == '<' => {
            "a policy has no parameters here: implement `HasPolicy` for a type that has some".to_owned()
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
                    "say what `{name}` demands: `{name}(any_scopes = \"...\")`, or `{name}()` for any valid token"
                ),
            );
        }
    };
    syn::Error::new_spanned(next, message)
}

/// Goes on behind the next `;`.
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
            /// Those who edit.
            #[cfg(feature = "x")]
            pub(crate) Editors(roles = "a");
            Chiefs(Editors)
        });
        let expected = quote! {
            /// Those who edit.
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
    fn each_mistake_is_told_once_and_the_rest_is_read() {
        let table = [
            ("A: roles = \"a\"", "in parentheses: `A(...)`"),
            ("A = roles", "in parentheses: `A(...)`"),
            ("A { roles = \"a\" }", "in parentheses: `A(...)`"),
            ("A[roles = \"a\"]", "in parentheses: `A(...)`"),
            ("A", "say what `A` demands"),
            ("A<T>(roles = T::X)", "implement `HasPolicy`"),
            ("pub struct A(roles = \"a\")", "without `struct`"),
            ("editors(roles = \"a\")", "like one: `Editors`"),
            ("SENIOR_EDITORS(roles = \"a\")", "like one: `SeniorEditors`"),
            ("\"A\"(roles = \"a\")", "a policy is a name"),
            ("A(all_roles = \"a\", role = \"a\")", "did you mean `roles`?"),
            ("A(crate = x)", "first in `policy!`"),
            ("A(public)", "needs no policy: drop this one"),
            ("A(#[cfg(x)] roles = \"a\")", "a policy of `policy!` below `#[cfg(condition)]`"),
            ("A(B, B)", "in the list already"),
            ("A(GET(), default(public))", "name each method that is public"),
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
