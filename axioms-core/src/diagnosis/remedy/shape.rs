//! Remedies for texts that are not a compact JWS: what the text is, and how to get a token.

use super::super::evidence::Evidence;

const OPAQUE: &str = "it is an opaque token, or not a token: have the issuer send JWTs for this \
    API; many do if the client names the API as the audience or resource of its request";

/// Prefixes of the opaque tokens of known providers.
const BEGINNINGS: [(&[&str], &str); 8] = [
    (
        &["ya29."],
        "it is an access token of Google, which only Google can check: have a service send an ID \
            token for this API instead (AXIOMS_PROVIDER=google_service_account)",
    ),
    (
        &["gho_", "ghp_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        "it is a token for GitHub's own API: a workflow can get a JWT for this API from GitHub's \
            OIDC endpoint",
    ),
    (
        &["glpat-", "gloas-", "glcbt-"],
        "it is a token for GitLab's own API: a pipeline can get a JWT for this API with \
            `id_tokens`",
    ),
    (
        &["ory_at_", "ory_ac_", "ory_rt_"],
        "it is an opaque token of Ory: set the strategy of access tokens to jwt in Ory \
            (strategies.access_token)",
    ),
    (
        &["authelia_"],
        "it is an opaque token of Authelia: set the client's access_token_signed_response_alg to \
            RS256 in Authelia",
    ),
    (
        &["EwA", "EwB", "EwC"],
        "it is an opaque token of a personal Microsoft account: have the client request a scope of \
            this API, as registered in Entra",
    ),
    (&["sb_"], "it is an API key of Supabase: have the client send the session's access token"),
    (
        &["oat_", "ak_", "sk_", "pk_"],
        "it is an opaque token or an API key: have the client send a JWT; in Clerk, choose JWT as \
            the format of OAuth access tokens",
    ),
];

/// Issuers whose tokens are opaque by default.
const ISSUERS: [(&str, &str); 3] = [
    (
        ".auth0.com",
        "it is an opaque token, which Auth0 sends to a client that names no audience: have the \
            client send this API's identifier in `audience`",
    ),
    (
        "zitadel",
        "it is an opaque token: choose JWT as the type of access tokens in the application's or \
            the user's settings in Zitadel",
    ),
    (
        "logto",
        "it is an opaque token, which Logto sends to a client that names no resource: have the \
            client send this API's identifier in `resource`",
    ),
];

pub(super) fn remedy(evidence: &Evidence<'_>) -> &'static str {
    let token = evidence.token;
    copied_badly(token).or_else(|| opaque(token)).unwrap_or_else(|| match evidence.segments() {
        1 => by_issuer(evidence).unwrap_or(OPAQUE),
        3 => damaged(token),
        5 => {
            "it is an encrypted token (JWE): disable the encryption of access tokens at the \
                issuer; Auth0 sends an encrypted token to a client that names no audience"
        }
        _ => "it has the wrong number of segments: copy the whole token, with all three segments",
    })
}

/// Recognizes mistakes that happen when a token is copied.
fn copied_badly(token: &str) -> Option<&'static str> {
    let begins = |beginning: &str| {
        token.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
    };
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`' | '\u{201c}' | '\u{201d}');
    if token.trim().is_empty() {
        Some("there is no token: send one")
    } else if token.trim_start().starts_with('{') {
        Some(
            "it is a JSON object, probably the answer of the token endpoint: use the value of its \
                access_token",
        )
    } else if begins("authorization:") || begins("bearer ") || begins("dpop ") {
        Some(
            "it begins with the name of the header or of the scheme: remove that and pass only \
            the token",
        )
    } else if token.contains(is_quote) {
        Some("it has quotes: remove them")
    } else if token.contains(char::is_whitespace) {
        Some("it contains white space or line breaks: copy it as one line")
    } else if token.contains('%') {
        Some("it is percent-encoded, as in a URL: decode it, or copy it from the header")
    } else {
        None
    }
}

fn opaque(token: &str) -> Option<&'static str> {
    let known =
        BEGINNINGS.iter().find(|(beginnings, _)| beginnings.iter().any(|text| token.starts_with(text)));
    match known {
        Some((_, remedy)) => Some(remedy),
        None if token.starts_with("eyJ") && !token.contains('.') => {
            Some("it is the first segment of a JWT: copy the whole token, with all three segments")
        }
        None => None,
    }
}

fn by_issuer(evidence: &Evidence<'_>) -> Option<&'static str> {
    let of = |part: &str| evidence.issuers.iter().any(|issuer| issuer.report.issuer.contains(part));
    ISSUERS.iter().find(|(part, _)| of(part)).map(|(_, remedy)| *remedy)
}

fn damaged(token: &str) -> &'static str {
    if token.ends_with('.') {
        "its third segment is empty, so it is not signed: have the issuer sign it, or copy the \
            whole token"
    } else if token.contains(['=', '+', '/']) {
        "it is base64 with padding, or with + and /: have the issuer write base64url without \
            padding (RFC 7515 section 2)"
    } else {
        "it was changed or truncated: copy the whole token"
    }
}
