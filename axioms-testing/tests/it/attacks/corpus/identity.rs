//! H and K: `iss`, `aud`, `sub`, tokens of other kinds, and tokens bound to a key.

use axioms_core::InvalidToken::{
    self, Audience, ClaimMalformed, ClaimMissing, Issuer, NotAnAccessToken, SenderConstrained, Type,
};
use axioms_core::{Claim, TokenKind};
use serde_json::{Value, json};

use super::{Attack, Attacked as _, Table, World};

const ISSUER: &str = "https://issuer.example.com";

pub(crate) fn tables(world: &World) -> Vec<Table> {
    vec![
        Table {
            name: "issuers",
            settings: |world, builder| builder.issuer(ISSUER).jwks_url(world.issuer.jwks_url()),
            attacks: issuers(world),
        },
        Table {
            name: "audiences",
            settings: |_, builder| {
                builder.add_audience("https://api").add_audience("https://api.two.example/")
            },
            attacks: audiences(world),
        },
        Table::of_defaults("other tokens", other_tokens(world)),
        Table::of_defaults("subjects", subjects(world)),
        Table { name: "profile", settings: |_, builder| builder.strict_typ(true), attacks: profile(world) },
        Table::of_defaults("bound tokens", bound(world)),
    ]
}

/// One claim with another value, or without it, and the expected verdict.
type Row<'a> = (&'static str, &'a str, Option<Value>, Result<(), InvalidToken>);

fn rows(base: &axioms_testing::TokenBuilder, claim: &str, rows: Vec<Row<'_>>) -> Vec<Attack> {
    rows.into_iter()
        .map(|(id, what, value, expected)| {
            base.judged(id, format!("{claim}: {what}"), expected, |base| match value {
                Some(value) => base.claim(claim, value).sign(),
                None => base.without(claim).sign(),
            })
        })
        .collect()
}

fn issuers(world: &World) -> Vec<Attack> {
    const MALFORMED: InvalidToken = ClaimMalformed(Claim::ISS);
    rows(
        &world.token().issuer(ISSUER),
        "iss",
        vec![
            ("H1", "trailing slash", Some(json!("https://issuer.example.com/")), Err(Issuer)),
            ("H1", "upper case", Some(json!("https://ISSUER.example.com")), Err(Issuer)),
            ("H1", "upper case scheme", Some(json!("HTTPS://issuer.example.com")), Err(Issuer)),
            ("H1", "default port", Some(json!("https://issuer.example.com:443")), Err(Issuer)),
            ("H1", "a Cyrillic letter", Some(json!("https://\u{456}ssuer.example.com")), Err(Issuer)),
            ("H1", "escaped host", Some(json!("https://issuer%2Eexample.com")), Err(Issuer)),
            ("H1", "space", Some(json!("https://issuer.example.com ")), Err(Issuer)),
            ("H1", "NUL", Some(json!("https://issuer.example.com\0")), Err(Issuer)),
            ("H1", "http", Some(json!("http://issuer.example.com")), Err(Issuer)),
            ("H2", "prefix", Some(json!("https://issuer.example")), Err(Issuer)),
            ("H2", "host that goes on", Some(json!("https://issuer.example.com.evil.example")), Err(Issuer)),
            ("H2", "host with a user", Some(json!("https://issuer.example.com@evil.example")), Err(Issuer)),
            ("H2", "substring", Some(json!("https://evil.example/?https://issuer.example.com")), Err(Issuer)),
            ("H2", "empty", Some(json!("")), Err(Issuer)),
            ("H3", "evil, good", Some(json!(["https://evil.example", ISSUER])), Err(MALFORMED)),
            ("H3", "good alone", Some(json!([ISSUER])), Err(MALFORMED)),
            ("H4", "missing", None, Err(ClaimMissing(Claim::ISS))),
            ("H4", "number", Some(json!(1)), Err(MALFORMED)),
            ("H4", "null", Some(json!(null)), Err(MALFORMED)),
            ("H4", "object", Some(json!({ISSUER: true})), Err(MALFORMED)),
        ],
    )
}

/// The accepted audiences are the audience of every test, `https://api`, and one with a final
/// slash.
fn audiences(world: &World) -> Vec<Attack> {
    const MALFORMED: InvalidToken = ClaimMalformed(Claim::AUD);
    let many = |others| [vec!["https://other"; others], vec!["https://api"]].concat();
    rows(
        &world.token(),
        "aud",
        vec![
            ("H5", "missing", None, Err(ClaimMissing(Claim::AUD))),
            ("H5", "empty text", Some(json!("")), Err(Audience)),
            ("H5", "empty array", Some(json!([])), Err(Audience)),
            ("H5", "array of empty text", Some(json!([""])), Err(Audience)),
            ("H5", "array in an array", Some(json!([[]])), Err(MALFORMED)),
            ("H5", "a match in an array in an array", Some(json!([["https://api"]])), Err(MALFORMED)),
            ("H5", "number", Some(json!(1)), Err(MALFORMED)),
            ("H5", "object", Some(json!({"https://api": true})), Err(MALFORMED)),
            ("H5", "null", Some(json!(null)), Err(MALFORMED)),
            ("H5", "true", Some(json!(true)), Err(MALFORMED)),
            ("H6", "one of several", Some(json!(["https://other", "https://api", "x"])), Ok(())),
            ("H6", "text", Some(json!("https://api")), Ok(())),
            ("H6", "the last of as many as can be meant", Some(json!(many(127))), Ok(())),
            ("H6", "the last of more", Some(json!(many(128))), Err(MALFORMED)),
            ("H6", "as many escapes as slashes", Some(json!(["\"".repeat(48), "https://api"])), Ok(())),
            ("H6", "more escapes than that", Some(json!(["\"".repeat(49), "https://api"])), Err(MALFORMED)),
            ("H6", "a match and a number", Some(json!(["https://api", 1])), Err(MALFORMED)),
            ("H6", "a match and null", Some(json!(["https://api", null])), Err(MALFORMED)),
            ("H7", "host that goes on", Some(json!("https://api.evil.com")), Err(Audience)),
            ("H7", "a slash more", Some(json!("https://api/")), Err(Audience)),
            ("H7", "a slash less", Some(json!("https://api.two.example")), Err(Audience)),
            ("H7", "upper case", Some(json!("https://API")), Err(Audience)),
            ("H7", "prefix", Some(json!("https://ap")), Err(Audience)),
            ("H7", "two in one text", Some(json!("https://api https://other")), Err(Audience)),
            ("H7", "two joined by a comma", Some(json!("https://api,https://other")), Err(Audience)),
        ],
    )
}

/// Claims that mark a token as another kind.
fn other_kinds() -> Vec<(&'static str, TokenKind, &'static str, Value)> {
    vec![
        ("H9", TokenKind::Id, "an ID token by its at_hash", json!({"at_hash": "x", "nonce": "n"})),
        ("H9", TokenKind::Id, "an ID token by its c_hash", json!({"c_hash": "x"})),
        ("H9", TokenKind::Id, "an ID token by its s_hash", json!({"s_hash": "x", "scope": "openid"})),
        ("H9", TokenKind::Id, "an ID token by an empty at_hash", json!({"at_hash": null})),
        ("H9", TokenKind::Id, "an ID token by its nonce", json!({"nonce": "n"})),
        (
            "H9",
            TokenKind::Id,
            "an ID token by its nonce, for a client",
            json!({"nonce": "n", "azp": "client-1", "roles": ["a"]}),
        ),
        ("H9", TokenKind::Id, "an ID token by a nonce that is no text", json!({"nonce": 1})),
        ("H9", TokenKind::Id, "a nonce and a scope that is null", json!({"nonce": "n", "scope": null})),
        ("H9", TokenKind::Id, "a nonce and an empty scope", json!({"nonce": "n", "scope": ""})),
        ("H9", TokenKind::Id, "a nonce and a scope that is an object", json!({"nonce": "n", "scope": {}})),
        ("H9", TokenKind::Id, "a nonce and an empty list of scopes", json!({"nonce": "n", "scp": []})),
        ("H9", TokenKind::Id, "an ID token of Cognito", json!({"token_use": "id"})),
        ("H9", TokenKind::Id, "an ID token of Keycloak", json!({"typ": "ID"})),
        ("H9", TokenKind::Id, "an ID token by its token_type", json!({"token_type": "id_token"})),
        ("H10", TokenKind::Refresh, "a refresh token of Keycloak", json!({"typ": "Refresh"})),
        ("H10", TokenKind::Refresh, "an offline token of Keycloak", json!({"typ": "Offline"})),
        (
            "H10",
            TokenKind::Refresh,
            "a refresh token by its token_use",
            json!({"token_use": "refresh", "scope": "a"}),
        ),
        (
            "H10",
            TokenKind::Refresh,
            "a refresh token by its tokenType",
            json!({"tokenType": "REFRESH_TOKEN"}),
        ),
        (
            "H10",
            TokenKind::Logout,
            "a logout token",
            json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
        ),
        ("H10", TokenKind::Logout, "a logout token of Keycloak", json!({"typ": "Logout"})),
        (
            "H10",
            TokenKind::SecurityEvent,
            "a security event",
            json!({"events": {"https://schemas.openid.net/secevent/caep/event-type/session-revoked": {}}}),
        ),
        (
            "H10",
            TokenKind::DpopProof,
            "a DPoP proof",
            json!({"htm": "GET", "htu": "https://api.example.com/"}),
        ),
        (
            "H10",
            TokenKind::StatusList,
            "a status list",
            json!({"status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ"}}),
        ),
        (
            "H10",
            TokenKind::Introspection,
            "a signed introspection",
            json!({"token_introspection": {"active": true}}),
        ),
    ]
}

fn other_tokens(world: &World) -> Vec<Attack> {
    let base = world.token().header("typ", "JWT");
    let mut attacks: Vec<Attack> = other_kinds()
        .iter()
        .map(|(id, kind, what, claims)| {
            let members = claims.as_object().into_iter().flatten();
            base.refused(id, *what, NotAnAccessToken(*kind), |base| {
                members.fold(base, |base, (name, value)| base.claim(name, value.clone()))
            })
        })
        .collect();
    attacks.extend([
        base.refused("H9", "an ID token by its audience, the client", Audience, |base| {
            base.audience("client-1")
        }),
        base.refused("H10", "a DPoP proof by its type", Type, |base| base.header("typ", "dpop+jwt")),
        base.refused("H10", "a logout token by its type", Type, |base| base.header("typ", "logout+jwt")),
        base.accepted("H9", "an access token of Cognito", |base| base.claim("token_use", "access")),
        base.accepted("H9", "an access token of Keycloak", |base| base.claim("typ", "Bearer")),
        base.accepted("H9", "a nonce in an access token of RFC 9068", |base| {
            base.header("typ", "application/at+JWT").claim("nonce", "n")
        }),
        base.accepted("H9", "a nonce in an access token of Keycloak before 25", |base| {
            base.claim("nonce", "n").claim("typ", "Bearer")
        }),
        base.accepted("H9", "a nonce in an access token of Azure AD B2C", |base| {
            base.claim("nonce", "n").claim("scp", "read")
        }),
        base.accepted("H9", "a nonce in an access token with scopes", |base| {
            base.claim("nonce", "n").claim("scope", "openid")
        }),
        base.accepted("H9", "no nonce", |base| base.claim("nonce", json!(null))),
        base.accepted("H9", "a word for its kind that is no text", |base| base.claim("typ", json!(["ID"]))),
        base.accepted("H10", "a list of events", |base| base.claim("events", json!(["https://a.example/"]))),
        base.accepted("H10", "a token about other events", |base| base.claim("events", json!({"x": {}}))),
    ]);
    attacks
}

fn subjects(world: &World) -> Vec<Attack> {
    const MALFORMED: InvalidToken = ClaimMalformed(Claim::SUB);
    rows(
        &world.token(),
        "sub",
        vec![
            ("H11", "missing", None, Ok(())),
            ("H11", "beyond ASCII", Some(json!("Zo\u{eb}")), Ok(())),
            ("H11", "number", Some(json!(1)), Err(MALFORMED)),
            ("H11", "null", Some(json!(null)), Ok(())),
            ("H11", "empty", Some(json!("")), Err(MALFORMED)),
            ("H11", "object", Some(json!({})), Err(MALFORMED)),
            ("H11", "false", Some(json!(false)), Err(MALFORMED)),
            ("H11", "as many escapes as an identifier needs", Some(json!("\"".repeat(64))), Ok(())),
            ("H11", "more escapes than that", Some(json!("\"".repeat(129))), Err(MALFORMED)),
            ("H11", "as long as an identifier", Some(json!("a".repeat(4000))), Ok(())),
            ("H11", "longer than that", Some(json!("a".repeat(4100))), Err(MALFORMED)),
            ("H11", "array", Some(json!(["admin"])), Err(MALFORMED)),
            ("H11", "NUL", Some(json!("admin\0")), Err(MALFORMED)),
            ("H11", "newline", Some(json!("user\nadmin")), Err(MALFORMED)),
            ("H11", "right to left", Some(json!("\u{202e}nimda")), Err(MALFORMED)),
            ("H11", "isolates", Some(json!("a\u{2066}b\u{2069}")), Err(MALFORMED)),
            ("H11", "an Arabic mark", Some(json!("a\u{61c}b")), Err(MALFORMED)),
        ],
    )
}

/// RFC 9068 section 2.2 lists the claims.
fn profile(world: &World) -> Vec<Attack> {
    let base = world.token();
    let mut attacks: Vec<Attack> = ["sub", "client_id", "jti", "iat", "iss", "aud", "exp"]
        .into_iter()
        .map(|claim| {
            base.refused("H11", format!("strict, no {claim}"), ClaimMissing(Claim::new(claim)), |base| {
                base.without(claim)
            })
        })
        .collect();
    attacks.extend([
        base.refused("H11", "strict, sub null", ClaimMissing(Claim::SUB), |base| {
            base.claim("sub", json!(null))
        }),
        base.refused("H11", "strict, sub empty", ClaimMalformed(Claim::SUB), |base| base.subject("")),
    ]);
    for claim in ["client_id", "jti"] {
        attacks.push(base.refused(
            "H11",
            format!("strict, {claim} a number"),
            ClaimMalformed(Claim::new(claim)),
            |base| base.claim(claim, 1),
        ));
    }
    attacks
}

fn bound(world: &World) -> Vec<Attack> {
    let base = world.token();
    [
        ("K1", json!({"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"})),
        ("K2", json!({"x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"})),
        ("K2", json!({"jwk": {"kty": "EC"}})),
        ("K2", json!({"jkt": "too short"})),
        ("K2", json!({"unheard-of": true})),
        ("K2", json!(1)),
        ("K2", json!({})),
        ("K2", json!(null)),
        ("K2", json!("text")),
    ]
    .into_iter()
    .map(|(id, cnf)| {
        base.refused(id, format!("cnf {cnf}"), SenderConstrained, |base| base.claim("cnf", cnf.clone()))
    })
    .collect()
}
