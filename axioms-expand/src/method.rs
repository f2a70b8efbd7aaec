//! The method of a rule: a method of RFC 9110 as a word, any other as a string.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::LitStr;

use crate::symbol;

/// A method, as the user wrote it.
pub(crate) enum Method {
    /// `GET`
    Standard(Ident),
    /// `"PROPFIND"`
    Custom(LitStr),
}

impl Method {
    /// The name in requests.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Standard(word) => word.to_string(),
            Self::Custom(text) => text.value(),
        }
    }

    /// The name in generated code.
    pub(crate) fn literal(&self) -> LitStr {
        let span = match self {
            Self::Standard(word) => word.span(),
            Self::Custom(text) => text.span(),
        };
        LitStr::new(&self.name(), span.resolved_at(Span::mixed_site()))
    }
}

/// The user's tokens, for the spans of messages.
impl ToTokens for Method {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Standard(word) => word.to_tokens(tokens),
            Self::Custom(text) => text.to_tokens(tokens),
        }
    }
}

/// Returns what is wrong with a method in quotes, if anything.
pub(crate) fn fault(text: &LitStr) -> Option<String> {
    let name = text.value();
    let upper = name.to_ascii_uppercase();
    if symbol::METHODS.contains(&upper.as_str()) {
        return Some(format!("methods of RFC 9110 are written without quotes: `{upper}(...)`"));
    }
    if name.is_empty() {
        return Some("the method's name is empty: write, for example, `\"PROPFIND\"(...)`".to_owned());
    }
    if name == "*" {
        return Some(
            "`*` is reserved and is not a method (RFC 9110, section 18.2): for the methods that \
                are not named, write `default(...)`"
                .to_owned(),
        );
    }
    if let Some(bad) = name.chars().find(|c| !is_tchar(*c)) {
        return Some(format!(
            "a method cannot contain {bad:?}: it is a token (RFC 9110, sections 5.6.2 and 9.1)"
        ));
    }
    (name != upper).then(|| {
        format!(
            "methods are case-sensitive, and clients send them in upper case: write \
            `\"{upper}\"(...)`"
        )
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
            ("frobnicate", Some("in upper case: write `\"FROBNICATE\"(...)`")),
            ("GET", Some("without quotes: `GET(...)`")),
            ("delete", Some("without quotes: `DELETE(...)`")),
            ("propfind", Some("in upper case: write `\"PROPFIND\"(...)`")),
            ("M-Search", Some("in upper case")),
            ("", Some("name is empty")),
            ("*", Some("write `default(...)`")),
            ("**", None),
            ("PROP FIND", Some("cannot contain ' '")),
            ("MÖVE", Some("cannot contain 'Ö'")),
            ("A/B", Some("cannot contain '/'")),
            ("A\u{0}", Some("cannot contain '\\0'")),
        ];
        for (name, expected) in table {
            let fault = fault(&LitStr::new(name, Span::call_site()));
            assert_eq!(fault.is_some(), expected.is_some(), "{name}: {fault:?}");
            assert!(fault.unwrap_or_default().contains(expected.unwrap_or_default()), "{name}");
        }
    }
}
