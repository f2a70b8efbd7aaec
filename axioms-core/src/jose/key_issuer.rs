//! The issuer that a JWK names: the member `issuer`, which Microsoft Entra adds to RFC 7517.
//!
//! Entra serves the keys of all tenants in one document. A key with this member verifies only
//! tokens of that issuer. `{tenantid}` in it is a placeholder for the tenant of the token ("Access
//! tokens in the Microsoft identity platform", section "Validate the signing key issuer").

use crate::json::WrongType;

/// Case-insensitive.
const PLACEHOLDER: &str = "{tenantid}";

/// The only issuer whose tokens a key verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyIssuer {
    /// The text before, between and after the placeholders; at least one part.
    parts: Box<[Box<str>]>,
}

impl KeyIssuer {
    pub(super) fn parse(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let mut parts = Vec::new();
        let mut start = 0;
        for (at, placeholder) in lower.match_indices(PLACEHOLDER) {
            parts.extend(text.get(start..at).map(Box::from));
            start = at + placeholder.len();
        }
        parts.extend(text.get(start..).map(Box::from));
        Self { parts: parts.into_boxed_slice() }
    }

    /// Whether the key may verify a token with this `iss` and this claim `tid`. If `tid` is
    /// present, it must be the tenant in `iss`.
    pub(crate) fn admits(&self, iss: &str, tid: Result<Option<&str>, WrongType>) -> bool {
        match &*self.parts {
            [whole] => **whole == *iss,
            _ => self.tenant_of(iss).is_some_and(|tenant| match tid {
                Ok(None) => true,
                Ok(Some(tid)) => *tid == *tenant,
                Err(WrongType) => false,
            }),
        }
    }

    /// The tenant in `iss` at the placeholders. It must be the same at each of them.
    fn tenant_of<'i>(&self, iss: &'i str) -> Option<&'i str> {
        let placeholders = self.parts.len().checked_sub(1).filter(|count| *count > 0)?;
        let fixed: usize = self.parts.iter().map(|part| part.len()).sum();
        let length = iss.len().checked_sub(fixed)? / placeholders;
        let (first, others) = self.parts.split_first()?;
        let behind_first = iss.strip_prefix(&**first)?;
        let tenant = behind_first.get(..length)?;
        // A tenant is a GUID or a name. It must not contain characters that separate parts of a URL.
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        let is_valid = !tenant.is_empty() && tenant.bytes().all(is_name);
        let mut rest = behind_first;
        for part in others {
            rest = rest.strip_prefix(tenant)?.strip_prefix(&**part)?;
        }
        (is_valid && rest.is_empty()).then_some(tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_stands_for_the_tenant_of_the_token() {
        let rows: [(&str, &str, Option<&str>, bool); 18] = [
            ("https://a.example", "https://a.example", None, true),
            ("https://a.example", "https://a.example", Some("t"), true),
            ("https://a.example", "https://a.example/", None, false),
            ("https://a.example", "https://A.example", None, false),
            ("https://a.example/{tid}", "https://a.example/t", Some("t"), false),
            ("https://a.example/{tenantid}/v2.0", "https://a.example/t-1/v2.0", Some("t-1"), true),
            ("https://a.example/{tenantId}/v2.0", "https://a.example/t-1/v2.0", None, true),
            ("https://a.example/{tenantid}/v2.0", "https://a.example/t-1/v2.0", Some("t-2"), false),
            ("https://a.example/{tenantid}/v2.0", "https://a.example/t-1/v1.0", Some("t-1"), false),
            ("https://a.example/{tenantid}/v2.0", "https://b.example/t-1/v2.0", Some("t-1"), false),
            ("https://a.example/{tenantid}/v2.0", "https://a.example//v2.0", Some(""), false),
            ("https://a.example/{tenantid}/v2.0", "https://a.example/v2.0", None, false),
            ("https://a.example/{tenantid}/v2.0", "https://a.example/t/u/v2.0", Some("t/u"), false),
            ("https://a.example/{tenantid}", "https://a.example/é", Some("é"), false),
            ("https://{tenantid}.a.example/{TENANTID}/", "https://t.a.example/t/", Some("t"), true),
            ("https://{tenantid}.a.example/{tenantid}/", "https://t.a.example/u/", Some("t"), false),
            ("{tenantid}", "t", None, true),
            ("{tenantid}{tenantid}", "ttt", None, false),
        ];
        for (issuer, iss, tid, expected) in rows {
            let found = KeyIssuer::parse(issuer).admits(iss, Ok(tid));
            assert_eq!(found, expected, "{issuer} {iss} {tid:?}");
        }
        let issuer = KeyIssuer::parse("https://a.example/{tenantid}");
        assert!(!issuer.admits("https://a.example/t", Err(WrongType)), "tid of another type");
    }
}
