//! The table: every request, with its answer.

use std::time::Duration;

use axioms_core::Algorithm;

use super::answer::Answer;
use crate::{RawRequest, TestIssuer, TokenBuilder};

/// One request and the answer that it must get.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) request: RawRequest,
    pub(super) answer: Answer,
}

fn row(name: impl Into<String>, request: RawRequest, answer: Answer) -> Row {
    Row { name: name.into(), request, answer }
}

/// `GET path` with this token.
fn with(name: impl Into<String>, path: &str, token: &TokenBuilder, answer: Answer) -> Row {
    row(name, RawRequest::get(path).bearer(&token.sign()), answer)
}

/// Guarded routes, each with the scopes that it asks for.
const GUARDED: [(&str, &str); 13] = [
    ("/token", ""),
    ("/any-scopes", "read:messages read:data"),
    ("/all-scopes", "read:messages write:messages"),
    ("/any-roles", ""),
    ("/all-roles", ""),
    ("/any-permissions", ""),
    ("/all-permissions", ""),
    ("/mixed", "openid"),
    ("/groups", "a b"),
    ("/subject", ""),
    ("/dynamic", ""),
    ("/dynamic?all", ""),
    ("/owned/alice", ""),
];

pub(super) fn rows(issuer: &TestIssuer) -> Vec<Row> {
    [
        public_rows(issuer),
        header_rows(issuer),
        token_rows(issuer),
        policy_rows(issuer),
        group_rows(issuer),
        method_rows(issuer),
        handler_rows(issuer),
        body_rows(issuer),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn public_rows(issuer: &TestIssuer) -> Vec<Row> {
    let expired = issuer.token().expired();
    let mut rows = vec![
        row("a public route", RawRequest::get("/public"), Answer::ok("ok")),
        with("a public route looks at no token", "/public", &expired, Answer::ok("ok")),
        row("optional, without credentials", RawRequest::get("/optional"), Answer::ok("anonymous")),
        with("optional, with a token", "/optional", &issuer.token().subject("alice"), Answer::ok("alice")),
        with(
            "H13 optional, with a bad token",
            "/optional",
            &expired,
            Answer::invalid("The access token expired"),
        ),
        row(
            "optional, with a broken header",
            RawRequest::get("/optional").header("Authorization", "Bearer"),
            Answer::bad_request(),
        ),
    ];
    rows.extend(GUARDED.map(|(path, scopes)| {
        row(format!("I1 {path} without credentials"), RawRequest::get(path), Answer::no_credentials(scopes))
    }));
    rows.extend(GUARDED.map(|(path, scopes)| {
        let request = RawRequest::get(path).header("Authorization", "Basic YTpi");
        row(format!("I6 {path} with another scheme"), request, Answer::no_credentials(scopes))
    }));
    rows.extend(GUARDED.map(|(path, _)| {
        with(
            format!("{path} with an expired token"),
            path,
            &expired,
            Answer::invalid("The access token expired"),
        )
    }));
    rows
}

fn header_rows(issuer: &TestIssuer) -> Vec<Row> {
    let token = issuer.token().sign();
    let get = |value: &str| RawRequest::get("/token").header("Authorization", value);
    let good = format!("Bearer {token}");
    let two = |a: &str, b: &str| get(a).header("Authorization", b);
    vec![
        row("I2 bearer", get(&format!("bearer {token}")), Answer::ok("ok")),
        row("I2 BEARER", get(&format!("BEARER {token}")), Answer::ok("ok")),
        row("I3 good, then bad", two(&good, "Bearer x"), Answer::bad_request()),
        row("I3 bad, then good", two("Bearer x", &good), Answer::bad_request()),
        row("I3 the same twice", two(&good, &good), Answer::bad_request()),
        row("I3 another scheme as well", two("Basic YTpi", &good), Answer::bad_request()),
        row("I4 comma-joined", get(&format!("{good}, {good}")), Answer::bad_request()),
        row("I5 no token", get("Bearer"), Answer::bad_request()),
        row("I5 two spaces", get(&format!("Bearer  {token}")), Answer::bad_request()),
        row("I5 tab", get(&format!("Bearer\t{token}")), Answer::bad_request()),
        row("I5 colon", get(&format!("Bearer:{token}")), Answer::bad_request()),
        row("I5 not ASCII", get("Bearer \u{e9}"), Answer::bad_request()),
        row("I6 Basic", get("Basic YTpi"), Answer::no_credentials("")),
        row("I6 Bearerx", get(&format!("Bearerx {token}")), Answer::no_credentials("")),
        row("I6 DPoP", get(&format!("DPoP {token}")), Answer::no_credentials("")),
        row(
            "I8 query alone",
            RawRequest::get(&format!("/token?access_token={token}")),
            Answer::no_credentials(""),
        ),
        row(
            "I8 query and a header",
            RawRequest::get("/token?access_token=x").bearer(&token),
            Answer::ok("ok"),
        ),
        row(
            "I1 HEAD without credentials, scopes asked",
            RawRequest::new("HEAD", "/any-scopes"),
            Answer::no_credentials("read:messages read:data").without_body(),
        ),
        row("HEAD is guarded", RawRequest::new("HEAD", "/token"), Answer::no_credentials("").without_body()),
        row("HEAD with a token", RawRequest::new("HEAD", "/token").bearer(&token), Answer::ok("")),
    ]
}

fn token_rows(issuer: &TestIssuer) -> Vec<Row> {
    const MALFORMED: &str = "The access token is malformed";
    const SIGNATURE: &str = "The access token's signature is not valid";
    const TYPE: &str = "The token is not an access token";
    let stranger = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let at = |name: &str, token: String, description: &str| {
        row(name, RawRequest::get("/token").bearer(&token), Answer::invalid(description))
    };
    let token = || issuer.token();
    vec![
        with("a valid token", "/token", &token(), Answer::ok("ok")),
        at("A1 alg none", token().unsigned(), MALFORMED),
        at("A3 HS256", token().sign_hs256(b"secret"), MALFORMED),
        at("an opaque token", "opaque".to_owned(), MALFORMED),
        at("C5 five segments", "a.b.c.d.e".to_owned(), MALFORMED),
        at("D1 20 KB", "a".repeat(20_000), "The access token is too large"),
        at(
            "D3 2,000 groups",
            token().claim("groups", vec!["g"; 2000]).sign(),
            "The access token has too many claims or values",
        ),
        at("another issuer's key", token().signed_with(&stranger.key(Algorithm::ES256)).sign(), SIGNATURE),
        at("an unknown key", token().header("kid", "unknown").sign(), SIGNATURE),
        with("B10 no key named, and one fits", "/token", &token().without_header("kid"), Answer::ok("ok")),
        at(
            "B10 another issuer's key, unnamed",
            token().signed_with(&stranger.key(Algorithm::ES256)).without_header("kid").sign(),
            SIGNATURE,
        ),
        at("B13 another type", token().header("typ", "secevent+jwt").sign(), TYPE),
        at("H9 an ID token", token().claim("at_hash", "x").sign(), TYPE),
        at(
            "G7 not yet valid",
            token().claim("nbf", 4_000_000_000_u64).sign(),
            "The access token is not valid yet",
        ),
        at(
            "H1 another issuer",
            token().issuer("https://other.example").sign(),
            "The access token was issued by another issuer",
        ),
        at(
            "H7 another audience",
            token().audience("https://other.example").sign(),
            "The access token is meant for another audience",
        ),
        at(
            "K1 a bound token",
            token().claim("cnf", serde_json::json!({ "jkt": "x" })).sign(),
            "The access token is bound to a key",
        ),
    ]
}

fn policy_rows(issuer: &TestIssuer) -> Vec<Row> {
    let scopes = |scopes: &[&str]| issuer.token().scopes(scopes.iter().copied());
    let roles = |roles: &[&str]| issuer.token().roles(roles.iter().copied());
    let permissions = |permissions: &[&str]| issuer.token().permissions(permissions.iter().copied());
    let all_of_mixed = || scopes(&["openid"]).roles(["admin"]).permissions(["manage:system"]);
    let (any, all) =
        (|| Answer::denied("read:messages read:data"), || Answer::denied("read:messages write:messages"));
    let ok = || Answer::ok("ok");
    let none = || Answer::denied("");
    let openid = || Answer::denied("openid");
    vec![
        with("any scope: the first", "/any-scopes", &scopes(&["read:messages"]), ok()),
        with("any scope: the second", "/any-scopes", &scopes(&["x", "read:data"]), ok()),
        with("any scope: none", "/any-scopes", &issuer.token(), any()),
        with("J1 a longer scope", "/any-scopes", &scopes(&["read:messages:all"]), any()),
        with("J1 another case", "/any-scopes", &scopes(&["Read:Messages"]), any()),
        with("J4 scope as a number", "/any-scopes", &issuer.token().claim("scope", 1), any()),
        with("scope as an array", "/any-scopes", &issuer.token().claim("scope", vec!["read:data"]), ok()),
        with("all scopes: both", "/all-scopes", &scopes(&["write:messages", "read:messages"]), ok()),
        with("J10 all scopes: one", "/all-scopes", &scopes(&["read:messages"]), all()),
        with("any role: one", "/any-roles", &roles(&["editor"]), ok()),
        with("any role: another", "/any-roles", &roles(&["viewer"]), none()),
        with("a role is not a scope", "/any-roles", &scopes(&["admin"]), none()),
        with("all roles: both", "/all-roles", &roles(&["superuser", "admin"]), ok()),
        with("all roles: one", "/all-roles", &roles(&["admin"]), none()),
        with("any permission: one", "/any-permissions", &permissions(&["update:articles"]), ok()),
        with("any permission: none", "/any-permissions", &permissions(&[]), none()),
        with(
            "all permissions: both",
            "/all-permissions",
            &permissions(&["create:articles", "update:articles"]),
            ok(),
        ),
        with("all permissions: one", "/all-permissions", &permissions(&["create:articles"]), none()),
        with("mixed: all", "/mixed", &all_of_mixed(), ok()),
        with("mixed: no scope", "/mixed", &all_of_mixed().without("scope"), openid()),
        with("mixed: no role", "/mixed", &all_of_mixed().without("roles"), openid()),
        with("mixed: no permission", "/mixed", &all_of_mixed().without("permissions"), openid()),
    ]
}

fn group_rows(issuer: &TestIssuer) -> Vec<Row> {
    let scopes = |scopes: &[&str]| issuer.token().scopes(scopes.iter().copied());
    vec![
        with("groups: the inner all", "/groups", &scopes(&["a", "b"]), Answer::ok("ok")),
        with("groups: the other side", "/groups", &issuer.token().roles(["admin"]), Answer::ok("ok")),
        with("groups: half of the inner all", "/groups", &scopes(&["a"]), Answer::denied("a b")),
        with("groups: the other half", "/groups", &scopes(&["b"]), Answer::denied("a b")),
        with("groups: nothing", "/groups", &issuer.token(), Answer::denied("a b")),
    ]
}

fn method_rows(issuer: &TestIssuer) -> Vec<Row> {
    let request = |method: &str| RawRequest::new(method, "/methods");
    let plain = issuer.token().sign();
    let writer = issuer.token().scopes(["write:data"]).sign();
    vec![
        row("methods: GET is public", request("GET"), Answer::ok("ok")),
        row("methods: HEAD follows GET", request("HEAD"), Answer::ok("")),
        row("methods: POST without a token", request("POST"), Answer::no_credentials("write:data")),
        row("methods: POST without the scope", request("POST").bearer(&plain), Answer::denied("write:data")),
        row("methods: POST with the scope", request("POST").bearer(&writer), Answer::ok("ok")),
        row("methods: DELETE without a token", request("DELETE"), Answer::no_credentials("")),
        row("methods: DELETE with any token", request("DELETE").bearer(&plain), Answer::ok("ok")),
        row("methods: PUT is not named, without a token", request("PUT"), Answer::no_credentials("")),
        row("methods: PUT is not named, with a token", request("PUT").bearer(&writer), Answer::denied("")),
    ]
}

fn handler_rows(issuer: &TestIssuer) -> Vec<Row> {
    let alice = issuer.token().subject("alice");
    let admin = issuer.token().roles(["admin"]);
    vec![
        with("the handler's own token", "/subject", &alice, Answer::ok("alice")),
        with("dynamic: not asked for", "/dynamic", &alice, Answer::ok("ok")),
        with("dynamic: asked for and held", "/dynamic?all", &admin, Answer::ok("ok")),
        with("dynamic: asked for and not held", "/dynamic?all", &alice, Answer::denied("")),
        with("owned: by the caller", "/owned/alice", &alice, Answer::ok("ok")),
        with("owned: by another", "/owned/bob", &alice, Answer::denied("")),
        with("owned: without a subject", "/owned/alice", &alice.clone().without("sub"), Answer::denied("")),
    ]
}

fn body_rows(issuer: &TestIssuer) -> Vec<Row> {
    let post = || RawRequest::new("POST", "/body").header("Content-Type", "application/json");
    // A few bytes, since Rocket looks at the first fourteen of every body before anything else of a program runs.
    let unfinished = || post().begin_body(10_000_000, r#"{"text":"and so on"#);
    let reader = issuer.token().scopes(["read:data"]).sign();
    let writer = issuer.token().scopes(["write:data"]).sign();
    vec![
        row("body: with the scope", post().bearer(&writer).body(r#"{"text":"hello"}"#), Answer::ok("hello")),
        row("body: bad JSON, no token", post().body("{"), Answer::no_credentials("write:data")),
        row("body: bad JSON, no scope", post().bearer(&reader).body("{"), Answer::denied("write:data")),
        row("body: 10 MB announced, a few bytes sent", unfinished(), Answer::no_credentials("write:data")),
        row(
            "body: 10 MB announced, a few bytes sent, no scope",
            unfinished().bearer(&reader),
            Answer::denied("write:data"),
        ),
        row(
            "I8 body: a form with a token in it",
            post().body(format!("access_token={writer}")),
            Answer::no_credentials("write:data"),
        ),
    ]
}

/// Rows with a token under a key that no validator has seen: the guard waits for the issuer's next keys, and comes first all
/// the same.
pub(super) fn rows_with_new_key(issuer: &TestIssuer) -> Vec<Row> {
    issuer.rotate(Algorithm::ES256);
    let reader = issuer.token().scopes(["read:data"]).sign();
    let post = RawRequest::new("POST", "/body").header("Content-Type", "application/json");
    vec![row("new key: bad JSON, no scope", post.bearer(&reader).body("{"), Answer::denied("write:data"))]
}

pub(super) fn rows_without_keys(issuer: &TestIssuer) -> Vec<Row> {
    let token = issuer.token().issuer("http://127.0.0.1:9").expires_in(Duration::from_secs(300));
    vec![
        row("no keys: public", RawRequest::get("/public"), Answer::ok("ok")),
        row("no keys: no credentials", RawRequest::get("/token"), Answer::no_credentials("")),
        with("F7 no keys: a token", "/token", &token, Answer::unavailable()),
        with("F7 no keys: optional", "/optional", &token, Answer::unavailable()),
        with(
            "no keys: a token that is refused in any case",
            "/token",
            &token.clone().expired(),
            Answer::invalid("The access token expired"),
        ),
    ]
}

pub(super) fn rows_without_validator(issuer: &TestIssuer) -> Vec<Row> {
    let token = issuer.token();
    vec![
        row("no validator: public", RawRequest::get("/public"), Answer::ok("ok")),
        row("no validator: no credentials", RawRequest::get("/token"), Answer::not_configured()),
        with("no validator: a token", "/token", &token, Answer::not_configured()),
        with("no validator: the token as an argument", "/subject", &token, Answer::not_configured()),
        row("no validator: optional", RawRequest::get("/optional"), Answer::not_configured()),
    ]
}
