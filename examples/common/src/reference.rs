//! Every request of the reference API with its answer, in an order that starts from empty storage.
//!
//! The answers are the same on every framework, byte for byte: the test of each server sends all
//! requests (see [`checks`](crate::checks)). The contract in `axioms-testing` covers the other
//! answers of guards.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use axioms_core::http::Response;
use axioms_testing::{RawRequest, TestIssuer};

use crate::body::LIMIT;
use crate::callers::Caller::{self, Admin, Editor, Expired, Nobody, Reader, WrongAudience};

/// A request, and the answer it should get.
#[derive(Debug, Clone)]
pub struct Call {
    /// Whose token the request carries.
    pub caller: Caller,
    /// The request's method.
    pub method: &'static str,
    /// The path without a trailing slash; with one, the answer is the same.
    pub path: &'static str,
    /// The request's body, if it has one.
    pub body: Option<Vec<u8>>,
    /// The answer's status.
    pub status: u16,
    /// The answer's body.
    pub answer: &'static str,
}

impl Call {
    /// Sends the request to a server, with its path in one of the two forms.
    ///
    /// # Errors
    /// When there is no answer, or it is not HTTP.
    pub fn send(
        &self,
        server: SocketAddr,
        issuer: &TestIssuer,
        trailing_slash: bool,
    ) -> io::Result<Response<Vec<u8>>> {
        let slash = if trailing_slash { "/" } else { "" };
        let mut request = RawRequest::new(self.method, &format!("{}{slash}", self.path));
        if let Some(token) = self.caller.token(issuer) {
            request = request.bearer(&token);
        }
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        request.send(server)
    }

    fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    fn answers(self, status: u16, answer: &'static str) -> Self {
        Self { status, answer, ..self }
    }

    fn denied(self) -> Self {
        self.answers(403, DENIED)
    }
}

/// A call in the order of the tables below: who, what, where.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {} {}", self.caller, self.method, self.path)
    }
}

/// The requests. Their order matters: some store what later ones find.
#[must_use]
pub fn calls() -> Vec<Call> {
    let mut calls = refusals();
    calls.extend(messages());
    calls.extend(articles());
    calls.extend(books());
    calls
}

const NO_TOKEN: &str = r#"{"error":"unauthorized","error_description":"An access token is required"}"#;
const EXPIRED: &str = r#"{"error":"invalid_token","error_description":"The access token expired"}"#;
const OTHER_AUDIENCE: &str =
    r#"{"error":"invalid_token","error_description":"The access token is meant for another audience"}"#;
const DENIED: &str = r#"{"error":"insufficient_scope","error_description":"The access token does not grant what this resource requires"}"#;
const NOT_FOUND: &str = r#"{"error":"not_found","error_description":"There is nothing here"}"#;
const NOT_JSON: &str = r#"{"error":"invalid_request","error_description":"The body is not JSON"}"#;
const WRONG_JSON: &str = r#"{"error":"invalid_request","error_description":"The body lacks a member, or has one of the wrong type"}"#;
const TOO_LARGE: &str =
    r#"{"error":"payload_too_large","error_description":"The body is longer than 64 KiB"}"#;

/// A call that is answered with 200, unless changed later.
fn call(caller: Caller, method: &'static str, path: &'static str) -> Call {
    Call { caller, method, path, body: None, status: 200, answer: "" }
}

/// The answers of every guarded route to a bad or missing token.
fn refusals() -> Vec<Call> {
    let guarded = [
        ("GET", "/api/authenticated"),
        ("GET", "/api/scope-protected"),
        ("GET", "/api/multiple-scopes"),
        ("GET", "/api/all-scopes"),
        ("GET", "/api/role-protected"),
        ("GET", "/api/all-roles"),
        ("POST", "/api/permission-protected"),
        ("GET", "/api/multiple-permissions"),
        ("POST", "/api/multiple-permissions"),
        ("PATCH", "/api/multiple-permissions"),
        ("DELETE", "/api/multiple-permissions"),
        ("GET", "/api/mixed-authorization"),
        ("GET", "/api/articles"),
        ("POST", "/api/articles"),
        ("GET", "/api/articles/1"),
        ("PUT", "/api/articles/1"),
        ("PATCH", "/api/articles/1"),
        ("DELETE", "/api/articles/1"),
        ("GET", "/api/books"),
        ("POST", "/api/books"),
        ("GET", "/api/books/1"),
        ("PUT", "/api/books/1"),
        ("PATCH", "/api/books/1"),
        ("DELETE", "/api/books/1"),
    ];
    let strangers = [(Nobody, NO_TOKEN), (Expired, EXPIRED), (WrongAudience, OTHER_AUDIENCE)];
    let mut calls = Vec::new();
    for (method, path) in guarded {
        for (caller, answer) in strangers {
            calls.push(call(caller, method, path).answers(401, answer));
        }
    }
    calls.extend([
        call(Nobody, "HEAD", "/api/authenticated").answers(401, ""),
        call(Nobody, "GET", "/api/nothing").answers(404, NOT_FOUND),
    ]);
    calls
}

fn messages() -> Vec<Call> {
    vec![
        call(Nobody, "GET", "/api/public")
            .answers(200, r#"{"message":"Anyone can see this","endpoint":"/api/public"}"#),
        call(Nobody, "HEAD", "/api/public"),
        call(Reader, "GET", "/api/authenticated").answers(
            200,
            r#"{"message":"Your token is valid","endpoint":"/api/authenticated","user":"reader"}"#,
        ),
        call(Reader, "HEAD", "/api/authenticated"),
        call(Reader, "GET", "/api/scope-protected").answers(
            200,
            r#"{"message":"You have the scope","endpoint":"/api/scope-protected","required_scopes":["read:messages"]}"#,
        ),
        call(Reader, "GET", "/api/multiple-scopes").answers(
            200,
            r#"{"message":"You have one of the scopes","endpoint":"/api/multiple-scopes","required_scopes":["read:messages","read:data"]}"#,
        ),
        call(Reader, "GET", "/api/all-scopes").denied(),
        call(Editor, "GET", "/api/all-scopes").answers(
            200,
            r#"{"message":"You have all of the scopes","endpoint":"/api/all-scopes","required_scopes":["read:messages","write:messages"]}"#,
        ),
        call(Reader, "GET", "/api/role-protected").denied(),
        call(Editor, "GET", "/api/role-protected").answers(
            200,
            r#"{"message":"You have one of the roles","endpoint":"/api/role-protected","required_roles":["admin","editor"]}"#,
        ),
        call(Editor, "GET", "/api/all-roles").denied(),
        call(Admin, "GET", "/api/all-roles").answers(
            200,
            r#"{"message":"You have all of the roles","endpoint":"/api/all-roles","required_roles":["admin","superuser"]}"#,
        ),
        call(Reader, "POST", "/api/permission-protected").denied(),
        call(Editor, "POST", "/api/permission-protected").answers(
            201,
            r#"{"message":"You have the permission","endpoint":"/api/permission-protected","required_permissions":["create:articles"]}"#,
        ),
        call(Reader, "GET", "/api/multiple-permissions").answers(
            200,
            r#"{"message":"You may read","endpoint":"/api/multiple-permissions","required_permissions":["read:articles"]}"#,
        ),
        call(Reader, "POST", "/api/multiple-permissions").denied(),
        call(Editor, "POST", "/api/multiple-permissions").answers(
            201,
            r#"{"message":"You may create","endpoint":"/api/multiple-permissions","required_permissions":["create:articles"]}"#,
        ),
        call(Reader, "PATCH", "/api/multiple-permissions").denied(),
        call(Editor, "PATCH", "/api/multiple-permissions").answers(
            200,
            r#"{"message":"You may update","endpoint":"/api/multiple-permissions","required_permissions":["update:articles"]}"#,
        ),
        call(Editor, "DELETE", "/api/multiple-permissions").denied(),
        call(Admin, "DELETE", "/api/multiple-permissions").answers(204, ""),
        call(Editor, "GET", "/api/mixed-authorization").denied(),
        call(Admin, "GET", "/api/mixed-authorization").answers(
            200,
            r#"{"message":"You have the scope, the role and the permission","endpoint":"/api/mixed-authorization","required_scopes":["openid"],"required_roles":["admin"],"required_permissions":["manage:system"]}"#,
        ),
    ]
}

/// The editor writes an article. The admin has no access to it, whatever the token grants.
fn articles() -> Vec<Call> {
    vec![
        call(Editor, "GET", "/api/articles").answers(200, r#"{"articles":[]}"#),
        call(Editor, "POST", "/api/articles").body("{").answers(400, NOT_JSON),
        call(Editor, "POST", "/api/articles").body(r#"{"content":"c"}"#).answers(400, WRONG_JSON),
        call(Editor, "POST", "/api/articles").body(r#"{"title":1}"#).answers(400, WRONG_JSON),
        call(Editor, "POST", "/api/articles").body(vec![b' '; LIMIT + 1]).answers(413, TOO_LARGE),
        call(Editor, "POST", "/api/articles")
            .body(r#"{"title":"On keys","content":"Rotate them.","author_sub":"admin","id":7}"#)
            .answers(201, r#"{"id":1,"title":"On keys","content":"Rotate them.","author_sub":"editor"}"#),
        call(Editor, "GET", "/api/articles").answers(
            200,
            r#"{"articles":[{"id":1,"title":"On keys","content":"Rotate them.","author_sub":"editor"}]}"#,
        ),
        call(Admin, "GET", "/api/articles").answers(200, r#"{"articles":[]}"#),
        call(Editor, "GET", "/api/articles/1")
            .answers(200, r#"{"id":1,"title":"On keys","content":"Rotate them.","author_sub":"editor"}"#),
        call(Editor, "PUT", "/api/articles/1").body("{").answers(400, NOT_JSON),
        call(Editor, "PUT", "/api/articles/1").body("{}").answers(400, WRONG_JSON),
        call(Editor, "PUT", "/api/articles/1")
            .body(r#"{"title":"On locks"}"#)
            .answers(200, r#"{"id":1,"title":"On locks","content":"","author_sub":"editor"}"#),
        call(Editor, "PATCH", "/api/articles/1").body(r#"{"title":[]}"#).answers(400, WRONG_JSON),
        call(Editor, "PATCH", "/api/articles/1")
            .body(r#"{"content":"Change them."}"#)
            .answers(200, r#"{"id":1,"title":"On locks","content":"Change them.","author_sub":"editor"}"#),
        call(Admin, "GET", "/api/articles/1").denied(),
        call(Admin, "PUT", "/api/articles/1").body("{").denied(),
        call(Admin, "PATCH", "/api/articles/1").body("{").denied(),
        call(Admin, "DELETE", "/api/articles/1").denied(),
        call(Editor, "GET", "/api/articles/2").answers(404, NOT_FOUND),
        call(Editor, "GET", "/api/articles/one").answers(404, NOT_FOUND),
        call(Editor, "PUT", "/api/articles/2").body("{").answers(404, NOT_FOUND),
        call(Editor, "PATCH", "/api/articles/2").body("{").answers(404, NOT_FOUND),
        call(Editor, "DELETE", "/api/articles/2").answers(404, NOT_FOUND),
        call(Editor, "DELETE", "/api/articles/1").answers(204, ""),
        call(Editor, "GET", "/api/articles/1").answers(404, NOT_FOUND),
    ]
}

/// The reader reads, the editor writes too, and the admin deletes.
fn books() -> Vec<Call> {
    vec![
        call(Reader, "GET", "/api/books").answers(200, r#"{"books":[]}"#),
        call(Reader, "POST", "/api/books").body("{").denied(),
        call(Editor, "POST", "/api/books").body("[]").answers(400, WRONG_JSON),
        call(Editor, "POST", "/api/books").body(r#"{"author":"a"}"#).answers(400, WRONG_JSON),
        call(Editor, "POST", "/api/books").body(vec![b' '; LIMIT + 1]).answers(413, TOO_LARGE),
        call(Editor, "POST", "/api/books")
            .body(r#"{"title":"Ficciones","author":"Borges","isbn":"978-0-8021-3030-3","published_date":"1944-12-31"}"#)
            .answers(201, r#"{"id":1,"title":"Ficciones","author":"Borges","isbn":"978-0-8021-3030-3","published_date":"1944-12-31"}"#),
        call(Reader, "GET", "/api/books").answers(
            200,
            r#"{"books":[{"id":1,"title":"Ficciones","author":"Borges","isbn":"978-0-8021-3030-3","published_date":"1944-12-31"}]}"#,
        ),
        call(Reader, "PUT", "/api/books/1").body("{").denied(),
        call(Editor, "PUT", "/api/books/1").body("{").answers(400, NOT_JSON),
        call(Editor, "PUT", "/api/books/1")
            .body(r#"{"title":"Momo"}"#)
            .answers(200, r#"{"id":1,"title":"Momo","author":null,"isbn":null,"published_date":null}"#),
        call(Reader, "PATCH", "/api/books/1").body("{").denied(),
        call(Editor, "PATCH", "/api/books/1").body(r#"{"isbn":9}"#).answers(400, WRONG_JSON),
        call(Editor, "PATCH", "/api/books/1")
            .body(r#"{"author":"Ende"}"#)
            .answers(200, r#"{"id":1,"title":"Momo","author":"Ende","isbn":null,"published_date":null}"#),
        call(Reader, "GET", "/api/books/1")
            .answers(200, r#"{"id":1,"title":"Momo","author":"Ende","isbn":null,"published_date":null}"#),
        call(Reader, "GET", "/api/books/2").answers(404, NOT_FOUND),
        call(Editor, "PUT", "/api/books/2").body("{").answers(404, NOT_FOUND),
        call(Editor, "PATCH", "/api/books/2").body("{").answers(404, NOT_FOUND),
        call(Editor, "DELETE", "/api/books/1").denied(),
        call(Admin, "DELETE", "/api/books/2").answers(404, NOT_FOUND),
        call(Admin, "DELETE", "/api/books/1").answers(204, ""),
        call(Reader, "GET", "/api/books/1").answers(404, NOT_FOUND),
    ]
}
