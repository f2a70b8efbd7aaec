//! Redacts the value of a setting for errors and logs: no password, no key, and limited length.

use crate::text;

const LONGEST: usize = 200;
const PEM: &str = "-----BEGIN";

/// Returns the first line of the value, cut to 200 characters, without the user name, password,
/// query and fragment of a URL.
pub(super) fn redacted(value: &str) -> String {
    // The text after the label of a PEM block may be a private key, even on the same line.
    let label = value.find(PEM).map(|start| start + PEM.len());
    let end = label.or_else(|| value.find(['\n', '\r'])).unwrap_or(value.len());
    let (first, rest) = value.split_at_checked(end).unwrap_or((value, ""));
    let safe = without_password(&without_query(&without_user_info(first)));
    let start = text::cut(&safe, LONGEST);
    if rest.is_empty() && start.len() == safe.len() { safe } else { format!("{start}...") }
}

/// Hides a user name and password. In a malformed URL their end is ambiguous, because a password
/// may contain `/`, `,` or `@`. So everything up to the last `@` or `%40` is hidden. If a query may
/// have begun before it, the rest may be secret and is hidden too.
fn without_user_info(text: &str) -> String {
    let at = text.rfind('@').max(text.rfind("%40"));
    let Some((before, host)) = at.and_then(|at| text.split_at_checked(at)) else { return text.to_owned() };
    let host = if before.contains(['?', '#']) { "" } else { host };
    match before.split_once("://") {
        Some((scheme, _)) if !scheme.contains([':', '/', '\\']) => format!("{scheme}://***{host}"),
        _ if before.contains([':', '/', '\\']) => format!("***{host}"),
        // An email address, such as that of a service account.
        _ => text.to_owned(),
    }
}

/// Hides a query and a fragment, which may contain a token or a key.
fn without_query(text: &str) -> String {
    match text.find(['?', '#']).and_then(|start| text.get(..=start)) {
        Some(before) => format!("{before}***"),
        None => text.to_owned(),
    }
}

/// Hides the text after the `:` of an authority unless it is a port: it may be a password whose `@`
/// is missing. A password may contain any character, so everything after the `:` is hidden.
fn without_password(text: &str) -> String {
    let authorities = text.match_indices("//").chain(text.match_indices(r"\\"));
    let hidden_from = authorities.filter_map(|(slashes, _)| {
        let start = slashes + 2;
        let rest = text.get(start..)?;
        let authority = rest.split(['/', '\\', ',']).next()?;
        // Skip the colons of an IPv6 address.
        let address = if authority.starts_with('[') { authority.find(']')? } else { 0 };
        let colon = address + authority.get(address..)?.find(':')?;
        let port = authority.get(colon + 1..)?.trim_end_matches(['?', '#', '*']);
        let is_port = port.is_empty() || port.parse::<u16>().is_ok();
        (!is_port).then_some(start + colon)
    });
    match hidden_from.min().and_then(|colon| text.get(..=colon)) {
        Some(before) => format!("{before}***"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_or_long_is_not_shown() {
        let rows = [
            ("https://issuer.example.com", "https://issuer.example.com"),
            ("https://user:secret@issuer.example.com/a", "https://***@issuer.example.com/a"),
            ("https://user:sec/ret@issuer.example.com", "https://***@issuer.example.com"),
            ("https://user:sec@ret@issuer.example.com", "https://***@issuer.example.com"),
            ("https://user:sec,ret@issuer.example.com", "https://***@issuer.example.com"),
            ("https://secret@issuer.example.com", "https://***@issuer.example.com"),
            (
                "keycloak,https://user:secret@sso.example.com,shop",
                "keycloak,https://***@sso.example.com,shop",
            ),
            ("https://u:SECRET%40h.example/jwks", "https://***%40h.example/jwks"),
            ("https://u:SEC@RET%40h.example/jwks", "https://***%40h.example/jwks"),
            ("u:SECRET%40h.example", "***%40h.example"),
            ("https://u:SECRET", "https://u:***"),
            ("https://u:SECRET/h.example", "https://u:***"),
            ("https://u:SEC?RET", "https://u:***"),
            (r"https:\\u:SECRET", r"https:\\u:***"),
            ("//u:SECRET", "//u:***"),
            ("auth0,https://u:SECRET,https://a.example", "auth0,https://u:***"),
            ("https://[::1]:SECRET", "https://[::1]:***"),
            ("https://[::1]:8080/a:b", "https://[::1]:8080/a:b"),
            ("https://[::1]", "https://[::1]"),
            ("https://a.example:8080,https://b.example:1", "https://a.example:8080,https://b.example:1"),
            ("https://a.example:8080?token=SECRET", "https://a.example:8080?***"),
            ("https://a.example/k?token=SECRET", "https://a.example/k?***"),
            ("https://a.example/k#SECRET", "https://a.example/k#***"),
            ("https://a.example/k?user=a@b&token=SECRET", "https://***"),
            ("https://a.example/k?token=SECRET,https://u:SECRET@b", "https://***"),
            ("https://u:SECRET,x://a@b", "https://***@b"),
            ("u:SECRET,https://a@b", "***@b"),
            ("a.example?SECRET", "a.example?***"),
            ("urn:orders", "urn:orders"),
            ("user:secret@issuer.example.com", "***@issuer.example.com"),
            ("auth0,user:secret@issuer.example.com", "***@issuer.example.com"),
            ("https:/user:secret@issuer.example.com", "***@issuer.example.com"),
            (r"https:\\user:secret@issuer.example.com", "***@issuer.example.com"),
            ("caller@project.iam.gserviceaccount.com", "caller@project.iam.gserviceaccount.com"),
            ("one\ntwo", "one..."),
            ("one\r\ntwo", "one..."),
            (" one ", " one "),
            ("-----BEGIN PRIVATE KEY-----\nsecret", "-----BEGIN..."),
            (r"-----BEGIN PRIVATE KEY-----\nsecret", "-----BEGIN..."),
            ("", ""),
        ];
        for (value, expected) in rows {
            assert_eq!(redacted(value), expected, "{value}");
        }
        assert_eq!(redacted(&"\u{e9}".repeat(200)).chars().count(), 200);
        assert_eq!(redacted(&"\u{e9}".repeat(201)), "\u{e9}".repeat(200) + "...");
    }
}
