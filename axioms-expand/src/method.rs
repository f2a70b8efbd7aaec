//! The method that a rule is for: one of RFC 9110 by its word, any other by its text.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::LitStr;

use crate::symbol;

/// A method, as the user named it.
pub(crate) enum Method {
    /// `GET`
    Standard(Ident),
    /// `"PROPFIND"`
    Custom(LitStr),
}

impl Method {
    /// The name as requests carry it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Standard(word) => word.to_string(),
            Self::Custom(text) => text.value(),
        }
    }

    /// The name as generated code holds it.
    pub(crate) fn literal(&self) -> LitStr {
        let span = match self {
            Self::Standard(word) => word.span(),
            Self::Custom(text) => text.span(),
        };
        LitStr::new(&self.name(), span.resolved_at(Span::mixed_site()))
    }
}

/// As the user wrote it, for messages to stand at.
impl ToTokens for Method {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Standard(word) => word.to_tokens(tokens),
            Self::Custom(text) => text.to_tokens(tokens),
        }
    }
}

/// What is wrong with a method that is written in quotes.
pub(crate) fn fault(text: &LitStr) -> Option<String> {
    let name = text.value();
    let upper = name.to_ascii_uppercase();
    if symbol::METHODS.contains(&upper.as_str()) {
        return Some(format!("methods of RFC 9110 are written without quotes: `{upper}(...)`"));
    }
    if name.is_empty() {
        return Some("a method has a name: write `\"PROPFIND\"(...)` or the like".to_owned());
    }
    if name == "*" {
        return Some(
            "`*` is reserved, and stands for no method (RFC 9110, section 18.2): what the methods that are not named \
             demand is written `default(...)`"
                .to_owned(),
        );
    }
    if let Some(bad) = name.chars().find(|c| !is_tchar(*c)) {
        return Some(format!(
            "a method cannot hold {bad:?}: it is a token (RFC 9110, sections 5.6.2 and 9.1)"
        ));
    }
    (name != upper).then(|| {
        format!("methods are case-sensitive, and clients send them in capitals: write `\"{upper}\"(...)`")
    })
}

/// tchar, RFC 9110 section 5.6.2.
fn is_tchar(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use syn::LitStr;

    use super::fault;

    #[test]
    fn a_method_in_quotes_is_a_token_that_is_no_word_of_ours() {
        let table = [
            ("PROPFIND", None),
            ("VERSION-CONTROL", None),
            ("FROB_1!#$%&'*+.^`|~", None),
            ("frobnicate", Some("in capitals: write `\"FROBNICATE\"(...)`")),
            ("GET", Some("without quotes: `GET(...)`")),
            ("delete", Some("without quotes: `DELETE(...)`")),
            ("propfind", Some("in capitals: write `\"PROPFIND\"(...)`")),
            ("M-Search", Some("in capitals")),
            ("", Some("has a name")),
            ("*", Some("is written `default(...)`")),
            ("**", None),
            ("PROP FIND", Some("cannot hold ' '")),
            ("MÖVE", Some("cannot hold 'Ö'")),
            ("A/B", Some("cannot hold '/'")),
            ("A\u{0}", Some("cannot hold '\\0'")),
        ];
        for (name, expected) in table {
            let fault = fault(&LitStr::new(name, Span::call_site()));
            assert_eq!(fault.is_some(), expected.is_some(), "{name}: {fault:?}");
            assert!(fault.unwrap_or_default().contains(expected.unwrap_or_default()), "{name}");
        }
    }
}
