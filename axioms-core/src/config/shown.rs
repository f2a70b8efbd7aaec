//! A setting's value as an error or a log line may show it: no password, no key, and not at any
//! length.

const LONGEST: usize = 200;
const PEM: &str = "-----BEGIN";

/// The first line of the value, at most 200 characters of it, without what stands before an `@` of
/// a URL.
pub(super) fn shown(value: &str) -> String {
    // What follows the label of a PEM block may be a private key, on one line too.
    let label = value.find(PEM).map(|start| start + PEM.len());
    let end = label.or_else(|| value.find(['\n', '\r'])).unwrap_or(value.len());
    let (first, rest) = value.split_at_checked(end).unwrap_or((value, ""));
    let redacted = without_user_info(first);
    let cut: String = redacted.chars().take(LONGEST).collect();
    if rest.is_empty() && cut.len() == redacted.len() { cut } else { cut + "..." }
}

/// Hides a user name and password. Where they end cannot be told from a URL that is not well formed
/// (a password may hold `/`, `,` or `@`), so everything up to the last `@` is hidden.
fn without_user_info(text: &str) -> String {
    let Some((before, host)) = text.rsplit_once('@') else { return text.to_owned() };
    match before.split_once("://") {
        Some((scheme, _)) => format!("{scheme}://***@{host}"),
        None if before.contains([':', '/', '\\']) => format!("***@{host}"),
        // An email address, as that of a service account.
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
            assert_eq!(shown(value), expected, "{value}");
        }
        assert_eq!(shown(&"\u{e9}".repeat(200)).chars().count(), 200);
        assert_eq!(shown(&"\u{e9}".repeat(201)), "\u{e9}".repeat(200) + "...");
    }
}
