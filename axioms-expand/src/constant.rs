//! Generates a policy as a constant expression from core's `const` constructors.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::TypePath;
use syn::spanned::Spanned;

use crate::krate::Krate;
use crate::policy::{Demand, Policy, Requirement, Value};
use crate::symbol::Quantifier;

/// Generates constants. Each call has the span of the user's values, so that errors found while the
/// compiler evaluates a constant are reported there.
pub(crate) struct Writer<'a> {
    pub(crate) krate: &'a Krate,
}

impl Writer<'_> {
    /// The expression of a reference to a whole policy. If the policy only names another one, it is
    /// a reference to that.
    pub(crate) fn reference(&self, policy: &Policy) -> TokenStream {
        policy.alone().map_or_else(
            || {
                let policy = self.policy(policy);
                quote_spanned!(Span::mixed_site()=> &#policy)
            },
            |path| self.named(path),
        )
    }

    /// The expression of a reference to a policy that no token meets. It replaces a policy with a
    /// mistake.
    pub(crate) fn never_met(&self) -> TokenStream {
        let span = Span::mixed_site();
        let private = self.krate.private(span);
        quote_spanned! {span=>
            &#private::Policy::new(#private::claims(
                #private::GrantKind::Role, #private::Quantifier::All, const { &[&["a policy that does not compile"]] }
            ))
        }
    }

    /// The expression of a whole policy.
    pub(crate) fn policy(&self, policy: &Policy) -> TokenStream {
        let span = Span::mixed_site();
        let private = self.krate.private(span);
        match policy {
            Policy::EveryMethod(demands) => self.joined(demands).map_or_else(
                || quote_spanned!(span=> #private::Policy::VALID_TOKEN),
                |requirement| quote_spanned!(span=> #private::Policy::new(#requirement)),
            ),
            Policy::PerMethod { rules, default } => {
                let rules = rules.iter().map(|(method, demand)| {
                    let (method, demand) = (method.literal(), self.demand(demand));
                    quote_spanned!(span=> (#method, #demand))
                });
                let some = |demand| quote_spanned!(span=> ::core::option::Option::Some(#demand));
                let default = default.as_ref().map(|demand| some(self.demand(demand)));
                let default = default.unwrap_or_else(|| quote_spanned!(span=> ::core::option::Option::None));
                quote_spanned!(span=> #private::Policy::per_method(const { &[#(#rules),*] }, #default))
            }
        }
    }

    fn demand(&self, demand: &Demand) -> TokenStream {
        let span = Span::mixed_site();
        let private = self.krate.private(span);
        match demand {
            Demand::Public => quote_spanned!(span=> #private::Demand::Public),
            Demand::Token(demands) => self.joined(demands).map_or_else(
                || quote_spanned!(span=> #private::Demand::VALID_TOKEN),
                |requirement| quote_spanned!(span=> #private::Demand::Token(#requirement)),
            ),
        }
    }

    /// Joins demands that must all be met.
    fn joined(&self, demands: &[Requirement]) -> Option<TokenStream> {
        match demands {
            [] => None,
            [only] => Some(self.requirement(only)),
            several => Some(self.group(Quantifier::All, several, Span::mixed_site())),
        }
    }

    fn requirement(&self, requirement: &Requirement) -> TokenStream {
        match requirement {
            Requirement::Group { quantifier, members, span } => {
                self.group(*quantifier, members, span.resolved_at(Span::mixed_site()))
            }
            Requirement::Named(path) => {
                let span = path.span().resolved_at(Span::mixed_site());
                let private = self.krate.private(span);
                let policy = self.named(path);
                quote_spanned!(span=> #private::Requirement::of(#policy))
            }
            Requirement::Claims { kind, quantifier, values, span } => {
                let span = span.resolved_at(Span::mixed_site());
                let private = self.krate.private(span);
                let kind = Ident::new(kind.variant(), span);
                let quantifier = Ident::new(quantifier.variant(), span);
                let lists = self.lists(values);
                quote_spanned! {span=>
                    #private::claims(#private::GrantKind::#kind, #private::Quantifier::#quantifier, const { &[#(#lists),*] })
                }
            }
        }
    }

    /// The policy of a type.
    fn named(&self, path: &TypePath) -> TokenStream {
        let span = path.span().resolved_at(Span::mixed_site());
        let private = self.krate.private(span);
        quote_spanned!(span=> <#path as #private::HasPolicy>::POLICY)
    }

    /// One list for each constant, which may itself be a list, and for each run of literals between
    /// them.
    fn lists(&self, values: &[Value]) -> Vec<TokenStream> {
        let both_literal = |a: &Value, b: &Value| matches!((a, b), (Value::Literal(_), Value::Literal(_)));
        let lists = values.chunk_by(both_literal).map(|run| match run {
            [Value::Constant(path)] => {
                let span = path.span().resolved_at(Span::mixed_site());
                let private = self.krate.private(span);
                // A constant expression cannot call a trait method, which could distinguish the
                // types in one step.
                quote_spanned!(span=> #private::form(const { &#path }).names(const { &#path }))
            }
            texts => quote_spanned!(Span::mixed_site()=> &[#(#texts),*]),
        });
        lists.collect()
    }

    fn group(&self, quantifier: Quantifier, members: &[Requirement], span: Span) -> TokenStream {
        let private = self.krate.private(span);
        let constructor = Ident::new(quantifier.word(), span);
        let members = members.iter().map(|member| self.requirement(member));
        // In a `const` block, because only there the result of a call is promoted to `'static`.
        quote_spanned! {span=>
            #private::Requirement::#constructor(const { &[#(#members),*] })
        }
    }
}

impl ToTokens for Value {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Literal(text) => text.to_tokens(tokens),
            Self::Constant(path) => path.to_tokens(tokens),
        }
    }
}
