//! The table: every request with its answer.

use std::time::Duration;

use axioms_core::Algorithm;

use super::answer::Answer;
use crate::{RawRequest, TestIssuer, TokenBuilder};

/// One request and its expected answer.
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

/// A route that requires only a valid token.
const TOKEN: &str = "/api/authenticated";

/// Every guarded route, with its required scopes.
const GUARDED: [(&str, &str, &str); 24] = [
    ("GET", TOKEN, ""),
    ("GET", "/api/scope-protected", "read:messages"),
    ("GET", "/api/multiple-scopes", "read:messages read:data"),
    ("GET", "/api/all-scopes", "read:messages write:messages"),
    ("GET", "/api/role-protected", ""),
    ("GET", "/api/all-roles", ""),
    ("POST", "/api/permission-protected", ""),
    ("GET", "/api/multiple-permissions", ""),
    ("POST", "/api/multiple-permissions", ""),
    ("PATCH", "/api/multiple-permissions", ""),
    ("DELETE", "/api/multiple-permissions", ""),
    ("GET", "/api/mixed-authorization", "openid"),
    ("GET", "/api/articles", ""),
    ("POST", "/api/articles", ""),
    ("GET", "/api/articles/1", ""),
    ("PUT", "/api/articles/1", ""),
    ("PATCH", "/api/articles/1", ""),
    ("DELETE", "/api/articles/1", ""),
    ("GET", "/api/books", "book:read"),
    ("POST", "/api/books", "book:create"),
    ("GET", "/api/books/1", "book:read"),
    ("PUT", "/api/books/1", "book:update"),
    ("PATCH", "/api/books/1", "book:update"),
    ("DELETE", "/api/books/1", "book:delete"),
];

/// The rows for a server that has the issuer's keys. Their order matters: some store what later
/// ones find.
pub(super) fn rows(issuer: &TestIssuer) -> Vec<Row> {
    [
        guarded_rows(),
        public_rows(issuer),
        header_rows(issuer),
        token_rows(issuer),
        policy_rows(issuer),
        method_rows(issuer),
        owner_rows(issuer),
        body_rows(issuer),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn guarded_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (method, path, scopes) in GUARDED {
        let request = || RawRequest::new(method, path);
        rows.push(row(
            format!("I1 {method} {path} without credentials"),
            request(),
            Answer::no_credentials(scopes),
        ));
        rows.push(row(
            format!("I6 {method} {path} with another scheme"),
            request().header("Authorization", "Basic YTpi"),
            Answer::no_credentials(scopes),
        ));
    }
    rows
}

fn public_rows(issuer: &TestIssuer) -> Vec<Row> {
    let path = "/api/public";
    vec![
        row("a public route", RawRequest::get(path), Answer::ok()),
        row("a public route, HEAD", RawRequest::new("HEAD", path), Answer::ok()),
        with("a public route looks at no token", path, &issuer.token().expired(), Answer::ok()),
    ]
}

fn header_rows(issuer: &TestIssuer) -> Vec<Row> {
    let token = issuer.token().sign();
    let get = |value: &str| RawRequest::get(TOKEN).header("Authorization", value);
    let good = format!("Bearer {token}");
    let two = |a: &str, b: &str| get(a).header("Authorization", b);
    vec![
        row("I2 bearer", get(&format!("bearer {token}")), Answer::ok()),
        row("I2 BEARER", get(&format!("BEARER {token}")), Answer::ok()),
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
            RawRequest::get(&format!("/api/authenticated?access_token={token}")),
            Answer::no_credentials(""),
        ),
        row(
            "I8 query and a header",
            RawRequest::get("/api/authenticated?access_token=x").bearer(&token),
            Answer::ok(),
        ),
        row(
            "I1 HEAD without credentials, scopes asked",
            RawRequest::new("HEAD", "/api/multiple-scopes"),
            Answer::no_credentials("read:messages read:data").without_body(),
        ),
        row("HEAD is guarded", RawRequest::new("HEAD", TOKEN), Answer::no_credentials("").without_body()),
        row("HEAD with a token", RawRequest::new("HEAD", TOKEN).bearer(&token), Answer::ok()),
    ]
}

fn token_rows(issuer: &TestIssuer) -> Vec<Row> {
    const MALFORMED: &str = "The access token is malformed";
    const SIGNATURE: &str = "The access token's signature is not valid";
    const TYPE: &str = "The token is not an access token";
    let stranger = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let at = |name: &str, token: String, description: &str| {
        row(name, RawRequest::get(TOKEN).bearer(&token), Answer::invalid(description))
    };
    let token = || issuer.token();
    vec![
        with("a valid token", TOKEN, &token(), Answer::ok()),
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
        with("B10 no key named, and one fits", TOKEN, &token().without_header("kid"), Answer::ok()),
        at(
            "B10 another issuer's key, unnamed",
            token().signed_with(&stranger.key(Algorithm::ES256)).without_header("kid").sign(),
            SIGNATURE,
        ),
        at("B13 another type", token().header("typ", "secevent+jwt").sign(), TYPE),
        at("H9 an ID token", token().claim("at_hash", "x").sign(), TYPE),
        at("G6 expired", token().expired().sign(), "The access token expired"),
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
    let ok = || Answer::ok();
    let none = || Answer::denied("");
    let post =
        |token: &TokenBuilder| RawRequest::new("POST", "/api/permission-protected").bearer(&token.sign());
    let openid = || Answer::denied("openid");
    vec![
        with("any scope: the first", "/api/multiple-scopes", &scopes(&["read:messages"]), ok()),
        with("any scope: the second", "/api/multiple-scopes", &scopes(&["x", "read:data"]), ok()),
        with("any scope: none", "/api/multiple-scopes", &issuer.token(), any()),
        with("J1 a longer scope", "/api/multiple-scopes", &scopes(&["read:messages:all"]), any()),
        with("J1 another case", "/api/multiple-scopes", &scopes(&["Read:Messages"]), any()),
        with("J4 scope as a number", "/api/multiple-scopes", &issuer.token().claim("scope", 1), any()),
        with(
            "scope as an array",
            "/api/multiple-scopes",
            &issuer.token().claim("scope", vec!["read:data"]),
            ok(),
        ),
        with("all scopes: both", "/api/all-scopes", &scopes(&["write:messages", "read:messages"]), ok()),
        with("J10 all scopes: one", "/api/all-scopes", &scopes(&["read:messages"]), all()),
        with("any role: one", "/api/role-protected", &roles(&["editor"]), ok()),
        with("any role: another", "/api/role-protected", &roles(&["viewer"]), none()),
        with("a role is not a scope", "/api/role-protected", &scopes(&["admin"]), none()),
        with("all roles: both", "/api/all-roles", &roles(&["superuser", "admin"]), ok()),
        with("all roles: one", "/api/all-roles", &roles(&["admin"]), none()),
        row("any permission: one", post(&permissions(&["create:articles"])), Answer::accepted(201)),
        row("any permission: none", post(&permissions(&[])), none()),
        row("any permission: another", post(&permissions(&["update:articles"])), none()),
        with("mixed: all", "/api/mixed-authorization", &all_of_mixed(), ok()),
        with("mixed: no scope", "/api/mixed-authorization", &all_of_mixed().without("scope"), openid()),
        with("mixed: no role", "/api/mixed-authorization", &all_of_mixed().without("roles"), openid()),
        with(
            "mixed: no permission",
            "/api/mixed-authorization",
            &all_of_mixed().without("permissions"),
            openid(),
        ),
    ]
}

fn method_rows(issuer: &TestIssuer) -> Vec<Row> {
    let request = |method: &str, permission: &str| {
        let token = issuer.token().permissions([permission]).sign();
        RawRequest::new(method, "/api/multiple-permissions").bearer(&token)
    };
    let mut rows = Vec::new();
    for (method, permission, other, status) in [
        ("GET", "read:articles", "create:articles", 200),
        ("HEAD", "read:articles", "", 200),
        ("POST", "create:articles", "read:articles", 201),
        ("PATCH", "update:articles", "create:articles", 200),
        ("DELETE", "delete:articles", "update:articles", 204),
    ] {
        let denied = Answer::denied("");
        let denied = if method == "HEAD" { denied.without_body() } else { denied };
        rows.extend([
            row(
                format!("by method: {method} with its permission"),
                request(method, permission),
                Answer::accepted(status),
            ),
            row(format!("by method: {method} with another permission"), request(method, other), denied),
        ]);
    }
    rows
}

/// An article belongs to the subject that stored it.
fn owner_rows(issuer: &TestIssuer) -> Vec<Row> {
    let request = |method: &str, path: &str, subject: &str| {
        let token = issuer.token().subject(subject).sign();
        let request = RawRequest::new(method, path).bearer(&token).header("Content-Type", "application/json");
        if method == "GET" || method == "DELETE" { request } else { request.body(r#"{"title":"On keys"}"#) }
    };
    let one = "/api/articles/1";
    let mut rows = vec![
        with(
            "the handler's own token",
            TOKEN,
            &issuer.token().subject("alice"),
            Answer::Accepted { status: 200, contains: "alice" },
        ),
        row("owned: stored", request("POST", "/api/articles", "alice"), Answer::accepted(201)),
    ];
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        rows.push(row(
            format!("owned: {method} by another"),
            request(method, one, "bob"),
            Answer::denied(""),
        ));
    }
    rows.extend([
        with("owned: without a subject", one, &issuer.token().without("sub"), Answer::denied("")),
        row("owned: GET by the owner", request("GET", one, "alice"), Answer::ok()),
        row("owned: PUT by the owner", request("PUT", one, "alice"), Answer::ok()),
        row("owned: PATCH by the owner", request("PATCH", one, "alice"), Answer::ok()),
        row("owned: DELETE by the owner", request("DELETE", one, "alice"), Answer::accepted(204)),
    ]);
    rows
}

fn create_book() -> RawRequest {
    RawRequest::new("POST", "/api/books").header("Content-Type", "application/json")
}

fn body_rows(issuer: &TestIssuer) -> Vec<Row> {
    let scope = "book:create";
    // A few bytes, because Rocket reads the first fourteen of every body before it runs any code of
    // the program.
    let unfinished = || create_book().begin_body(10_000_000, r#"{"title":"and so on"#);
    let reader = issuer.token().scopes(["book:read"]).sign();
    let creator = issuer.token().scopes([scope]).sign();
    vec![
        row(
            "body: with the scope",
            create_book().bearer(&creator).body(r#"{"title":"Momo"}"#),
            Answer::accepted(201),
        ),
        row("body: bad JSON, no token", create_book().body("{"), Answer::no_credentials(scope)),
        row("body: bad JSON, no scope", create_book().bearer(&reader).body("{"), Answer::denied(scope)),
        row("body: 10 MB announced, a few bytes sent", unfinished(), Answer::no_credentials(scope)),
        row(
            "body: 10 MB announced, a few bytes sent, a bad token",
            unfinished().bearer("bad"),
            Answer::invalid("The access token is malformed"),
        ),
        row(
            "body: 10 MB announced, a few bytes sent, no scope",
            unfinished().bearer(&reader),
            Answer::denied(scope),
        ),
        row(
            "I8 body: a form with a token in it",
            create_book().body(format!("access_token={creator}")),
            Answer::no_credentials(scope),
        ),
    ]
}

/// Rows with a token whose key no validator has seen: the guard waits for the issuer's next keys,
/// and still answers before the body is read.
pub(super) fn rows_with_new_key(issuer: &TestIssuer) -> Vec<Row> {
    let reader = issuer.token().scopes(["book:read"]).sign();
    let request = create_book().bearer(&reader).body("{");
    vec![
        row("F11 new key: bad JSON, no scope", request, Answer::denied("book:create")),
        with("F11 new key: a valid token", TOKEN, &issuer.token(), Answer::ok()),
    ]
}

/// Rows for a server whose issuer, at the URL `down`, does not answer.
pub(super) fn rows_without_keys(issuer: &TestIssuer, down: &str) -> Vec<Row> {
    let token = issuer.token().issuer(down).expires_in(Duration::from_secs(300));
    vec![
        row("no keys: public", RawRequest::get("/api/public"), Answer::ok()),
        row("no keys: no credentials", RawRequest::get(TOKEN), Answer::no_credentials("")),
        with("F7 no keys: a token", TOKEN, &token, Answer::unavailable()),
        with(
            "no keys: a token that is refused in any case",
            TOKEN,
            &token.clone().expired(),
            Answer::invalid("The access token expired"),
        ),
    ]
}
