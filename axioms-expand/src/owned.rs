//! `#[derive(Owned)]`: which field of a struct holds its owner, and with which claim it is
//! compared.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Data, DataStruct, DeriveInput, Expr, ExprLit, Field, Fields, Index, Lit, LitStr, Member, Meta,
    Path, Type,
};

use crate::adapter::Adapter;
use crate::args;
use crate::errors::Errors;
use crate::krate::Krate;
use crate::mistake;
use crate::suggest::closest;
use crate::symbol;
use crate::syntax::{Arg, Form};

/// Expands the derive. If there is a mistake, it is reported and nothing is implemented.
pub(crate) fn derive(item: TokenStream, adapter: &Adapter) -> (TokenStream, Errors) {
    let mut errors = Errors::default();
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => {
            errors.push(error);
            return (TokenStream::new(), errors);
        }
    };
    let krate = krate(&input.attrs, &mut errors);
    let owner = match &input.data {
        Data::Struct(data) => owner(&input, data, &mut errors),
        Data::Enum(data) => {
            errors.at(data.enum_token, WRONG_KIND);
            None
        }
        Data::Union(data) => {
            errors.at(data.union_token, WRONG_KIND);
            None
        }
    };
    let (Some(owner), true) = (owner, errors.is_empty()) else { return (TokenStream::new(), errors) };
    (implementation(&input, &owner, &Krate::new(krate, adapter)), errors)
}

const WRONG_KIND: &str = "`Owned` can be derived only for structs, where one field holds the \
    owner: implement it by hand here, with a `match` in `is_owned_by`";

/// The marked field and its options.
struct Owner<'a> {
    member: Member,
    field: &'a Field,
    mark: Mark<'a>,
}

#[derive(Default)]
struct Mark<'a> {
    claim: Option<LitStr>,
    issuer: Option<Issuer<'a>>,
    display: bool,
}

/// The issuer of the owner.
enum Issuer<'a> {
    Field(Member, &'a Field),
    Any,
}

fn implementation(input: &DeriveInput, owner: &Owner<'_>, krate: &Krate) -> TokenStream {
    let span = Span::mixed_site();
    let private = krate.private(span);
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let claim = owner.mark.claim.iter();
    let comparison = comparison(owner, &private);
    let issuer = owner.mark.issuer.iter().map(|issuer| match issuer {
        Issuer::Field(member, field) => quote_spanned!(at(&field.ty)=> Is(&self.#member)),
        Issuer::Any => quote_spanned!(span=> Any),
    });
    quote_spanned! {span=>
        #[automatically_derived]
        impl #generics #private::Owned for #name #arguments #bounds {
            #(const OWNER_CLAIM: &'static str = #claim;)*

            fn is_owned_by(&self, value: &str) -> bool {
                #comparison
            }

            #(fn owner_issuer(&self) -> #private::OwnerIssuer<'_> {
                #private::OwnerIssuer::#issuer
            })*
        }
    }
}

fn comparison(owner: &Owner<'_>, private: &TokenStream) -> TokenStream {
    let span = Span::mixed_site();
    let Owner { member, field: Field { ty, .. }, mark } = owner;
    if !mark.display {
        return quote_spanned!(span=> <#ty as #private::OwnerValue>::is_owner(&self.#member, value));
    }
    // An `Option` does not implement `Display`. `None` means that there is no owner.
    match ty {
        Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option") => {
            quote_spanned! {span=>
                self.#member.as_ref().is_some_and(|owner| #private::is_shown_as(owner, value))
            }
        }
        _ => quote_spanned!(at(ty)=> #private::is_shown_as(&self.#member, value)),
    }
}

/// The span of a field's type, for errors about the type.
fn at(ty: &Type) -> Span {
    ty.span().resolved_at(Span::mixed_site())
}

const ON_STRUCT: &str = "the struct takes only `#[owner(crate = path)]`: \
                         move this to the field that holds the owner";

/// `#[owner(crate = path)]` on the struct.
fn krate(attrs: &[Attribute], errors: &mut Errors) -> Option<Path> {
    let mut krate = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(symbol::OWNER)) {
        if matches!(attr.meta, Meta::Path(_)) {
            errors.at(attr, "`#[owner]` marks the field that holds the owner: move it there");
        }
        for Arg { name, form } in arguments(attr, errors) {
            match form.expression() {
                Some(Expr::Path(path)) if name == symbol::CRATE => krate = Some(path.path),
                _ if name == symbol::CRATE => {
                    errors.at(name, "`crate` takes a path, without quotes: `crate = my_axioms`");
                }
                _ => errors.at(name, ON_STRUCT),
            }
        }
    }
    krate
}

fn owner<'a>(input: &DeriveInput, data: &'a DataStruct, errors: &mut Errors) -> Option<Owner<'a>> {
    let mut found: Option<Owner<'a>> = None;
    for (field, member) in data.fields.iter().zip(data.fields.members()) {
        for attr in field.attrs.iter().filter(|attr| attr.path().is_ident(symbol::OWNER)) {
            let mark = mark(attr, &data.fields, errors);
            if found.is_some() {
                // With two owners, it is ambiguous whether one is enough or both are needed.
                errors.at(attr, "an owner is already marked: a struct has one `#[owner]`");
                continue;
            }
            found = Some(Owner { member: member.clone(), field, mark });
        }
    }
    if found.is_none() {
        errors.at(&input.ident, unmarked(&data.fields));
    }
    found
}

fn unmarked(fields: &Fields) -> String {
    let names = names(fields);
    if names.is_empty() {
        return "no field can hold the owner: add one, and mark it `#[owner]`".to_owned();
    }
    format!("no field is marked `#[owner]`: mark the field that holds the owner, one of {names}")
}

fn names(fields: &Fields) -> String {
    let names: Vec<_> = fields.members().map(|member| format!("`{}`", member.to_token_stream())).collect();
    names.join(", ")
}

/// Parses `#[owner(...)]` on a field.
fn mark<'a>(attr: &Attribute, fields: &'a Fields, errors: &mut Errors) -> Mark<'a> {
    let mut mark = Mark::default();
    for Arg { name, form } in arguments(attr, errors) {
        let word = name.to_string();
        let twice = match word.as_str() {
            symbol::CLAIM => {
                claim(&name, &form, errors).is_some_and(|claim| mark.claim.replace(claim).is_some())
            }
            symbol::ISSUER => {
                let issuer = issuer(&name, &form, fields, errors);
                issuer.is_some_and(|issuer| mark.issuer.replace(issuer).is_some())
            }
            symbol::ANY_ISSUER => is_word(&name, &form, errors) && mark.issuer.replace(Issuer::Any).is_some(),
            symbol::DISPLAY => is_word(&name, &form, errors) && std::mem::replace(&mut mark.display, true),
            _ => {
                errors.at(&name, unknown(&word));
                false
            }
        };
        if twice {
            let message = match word.as_str() {
                symbol::ISSUER | symbol::ANY_ISSUER => "the issuer is given twice: remove one".to_owned(),
                _ => format!("`{word}` is given twice: remove one"),
            };
            errors.at(&name, message);
        }
    }
    mark
}

fn claim(name: &Ident, form: &Form, errors: &mut Errors) -> Option<LitStr> {
    match form.expression() {
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) if text.value().is_empty() => {
            errors.at(
                text,
                "a claim cannot have an empty name: name one, or remove this to use \
                `sub`",
            );
            None
        }
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Some(text),
        Some(Expr::Lit(other)) => {
            errors.at(other, CLAIM_FORM);
            None
        }
        _ => {
            errors.at(name, CLAIM_FORM);
            None
        }
    }
}

/// The field that `issuer = ...` names, by name or by position.
fn issuer<'a>(name: &Ident, form: &Form, fields: &'a Fields, errors: &mut Errors) -> Option<Issuer<'a>> {
    let named = match form.expression() {
        Some(Expr::Path(path)) => path.path.get_ident().cloned().map(Member::Named),
        Some(Expr::Lit(ExprLit { lit: Lit::Int(index), .. })) => index
            .base10_parse()
            .ok()
            .map(|number| Member::Unnamed(Index { index: number, span: index.span() })),
        _ => None,
    };
    let mut all = fields.members().zip(fields);
    let found = named.and_then(|named| all.find(|(member, _)| *member == named));
    if found.is_none() {
        let all = names(fields);
        errors.at(
            name,
            format!(
                "name the field that holds the owner's issuer, without quotes: one \
            of {all}"
            ),
        );
    }
    found.map(|(member, field)| Issuer::Field(member, field))
}

fn is_word(name: &Ident, form: &Form, errors: &mut Errors) -> bool {
    let alone = matches!(form, Form::Word);
    if !alone {
        errors.at(name, format!("`{name}` takes no value: write only `{name}`"));
    }
    alone
}

const CLAIM_FORM: &str = "write the claim as a string: `claim = \"client_id\"`";

fn unknown(name: &str) -> String {
    const KEYS: [&str; 4] = [symbol::CLAIM, symbol::ISSUER, symbol::ANY_ISSUER, symbol::DISPLAY];
    if name == symbol::CRATE {
        return "`crate = path` belongs on the struct: `#[owner(crate = path)]` above it".to_owned();
    }
    match closest(name, KEYS) {
        Some(word) => format!("unknown key `{name}`: did you mean `{word}`?"),
        None => format!(
            "unknown key `{name}`: a field takes `#[owner]`, or in parentheses `claim = \"...\"`, \
                `issuer = field`, `any_issuer`, `display`"
        ),
    }
}

/// Parses the attribute's parentheses, if there are any.
fn arguments(attr: &Attribute, errors: &mut Errors) -> Vec<Arg> {
    match &attr.meta {
        Meta::Path(_) => Vec::new(),
        Meta::List(list) => args::list(list.tokens.clone(), errors, |input, chunk, _| {
            args::arg(input, chunk)?
                .ok_or_else(|| mistake::no_word(input, chunk, "expected `claim = \"...\"`"))
        }),
        Meta::NameValue(value) => {
            errors.at(value, "write `#[owner]` or `#[owner(claim = \"...\")]`");
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{Adapter, derive};

    const CORE: Adapter = Adapter::new("axioms_core");

    #[test]
    fn generics_and_bounds_are_kept_and_none_is_added() {
        let (output, errors) = derive(
            quote! {
                struct Article<'a, T: X = Y, const N: usize> where T: Z {
                    #[serde(skip)]
                    title: &'a str,
                    #[owner(claim = "client_id")]
                    r#type: Option<T>,
                }
            },
            &CORE,
        );
        let expected = quote! {
            #[automatically_derived]
            impl<'a, T: X, const N: usize> ::axioms_core::__private::Owned for Article<'a, T, N> where T: Z {
                const OWNER_CLAIM: &'static str = "client_id";

                fn is_owned_by(&self, value: &str) -> bool {
                    <Option<T> as ::axioms_core::__private::OwnerValue>::is_owner(&self.r#type, value)
                }
            }
        };
        assert_eq!(output.to_string(), expected.to_string());
        assert!(errors.is_empty());
    }

    #[test]
    fn a_tuple_field_is_named_by_its_position() {
        let (output, _) = derive(
            quote!(
                #[owner(crate = my::sdk)]
                struct A(u8, #[owner] String);
            ),
            &CORE,
        );
        let expected = quote! {
            #[automatically_derived]
            impl my::sdk::__private::Owned for A {
                fn is_owned_by(&self, value: &str) -> bool {
                    <String as my::sdk::__private::OwnerValue>::is_owner(&self.1, value)
                }
            }
        };
        assert_eq!(output.to_string(), expected.to_string());
    }

    #[test]
    fn the_issuer_and_the_display_of_an_owner() {
        let (output, errors) = derive(
            quote! {
                struct A {
                    #[owner(issuer = iss, display)]
                    owner: Uuid,
                    iss: String,
                }
            },
            &CORE,
        );
        let expected = quote! {
            #[automatically_derived]
            impl ::axioms_core::__private::Owned for A {
                fn is_owned_by(&self, value: &str) -> bool {
                    ::axioms_core::__private::is_shown_as(&self.owner, value)
                }

                fn owner_issuer(&self) -> ::axioms_core::__private::OwnerIssuer<'_> {
                    ::axioms_core::__private::OwnerIssuer::Is(&self.iss)
                }
            }
        };
        assert_eq!(output.to_string(), expected.to_string());
        assert!(errors.is_empty());

        let (output, _) = derive(
            quote!(
                struct A(String, #[owner(any_issuer, display)] Option<Uuid>);
            ),
            &CORE,
        );
        let output = output.to_string();
        assert!(output.contains("OwnerIssuer :: Any") && output.contains("is_some_and"), "{output}");
    }

    #[test]
    fn each_mistake_is_reported_once_and_nothing_is_implemented() {
        let table = [
            ("struct A;", "no field can hold"),
            ("struct A(u8, u8);", "of `0`, `1`"),
            ("struct A(#[owner] u8, #[owner] u8);", "already marked"),
            ("struct A(#[owner] #[owner] u8);", "already marked"),
            ("enum A {}", "implement it by hand"),
            ("union A { a: u8 }", "implement it by hand"),
            ("#[owner] struct A(#[owner] u8);", "move it there"),
            ("#[owner(claim = 1)] struct A(#[owner] u8);", "move this to the field"),
            ("#[owner(crate = 1)] struct A(#[owner] u8);", "without quotes"),
            ("struct A(#[owner(crate = a)] u8);", "belongs on the struct"),
            ("struct A(#[owner(claim = \"\")] u8);", "empty name"),
            ("struct A(#[owner(claim = 1)] u8);", "as a string"),
            ("struct A(#[owner(claim)] u8);", "as a string"),
            ("struct A(#[owner(claim = \"a\", claim = \"b\")] u8);", "given twice"),
            ("struct A(#[owner(issuer)] u8);", "name the field that holds the owner's issuer"),
            ("struct A(#[owner(issuer = \"b\")] u8);", "without quotes: one of `0`"),
            ("struct A(#[owner(issuer = 1)] u8);", "without quotes: one of `0`"),
            ("struct A { #[owner(issuer = c)] a: u8, b: u8 }", "without quotes: one of `a`, `b`"),
            ("struct A(#[owner(issuer = 0, any_issuer)] u8);", "the issuer is given twice"),
            ("struct A(#[owner(any_issuer = true)] u8);", "takes no value"),
            ("struct A(#[owner(display = true)] u8);", "takes no value"),
            ("struct A(#[owner(display, display)] u8);", "given twice"),
            ("struct A(#[owner(isuer = 0)] u8);", "did you mean `issuer`?"),
            ("struct A(#[owner(field = \"a\")] u8);", "unknown key `field`"),
            ("struct A(#[owner(\"a\")] u8);", "expected `claim ="),
            ("struct A(#[owner = \"a\"] u8);", "write `#[owner]`"),
            ("struct A(#[owner(claim = #[cfg(any())] \"a\")] u8);", "attributes are not allowed"),
            ("struct A(#[owner(issuer = #[cfg(any())] 0)] u8);", "attributes are not allowed"),
            ("struct A(#[owner(#[cfg(any())] display)] u8);", "attributes are not allowed"),
            ("#[owner(crate = #[cfg(any())] a)] struct A(#[owner] u8);", "attributes are not allowed"),
        ];
        for (item, expected) in table {
            let (output, errors) = derive(item.parse().unwrap(), &CORE);
            let errors = errors.messages();
            assert!(output.is_empty(), "{item}");
            assert_eq!(errors.len(), 1, "{item}: {errors:?}");
            assert!(errors.iter().all(|error| error.contains(expected)), "{item}: {errors:?}");
        }
    }
}
