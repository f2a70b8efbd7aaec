//! The contract that every adapter must meet: requests and their answers.
//!
//! The subject is a server of the reference API. [`run`] starts it, sends each request of a table
//! over a socket and compares the answers. The table is the same for every adapter, so their
//! answers are too.

mod answer;
mod rows;

use std::fmt::Write as _;
use std::net::SocketAddr;

use answer::Refused;
use axioms_core::Algorithm;
use rows::{Row, rows, rows_with_new_key, rows_without_keys};

use super::TestIssuer;

/// The address of an issuer that does not answer.
const DOWN: &str = "http://127.0.0.1:9";

/// Runs every row of the contract against a server and panics with a list of the rows that differ.
///
/// `serve` takes the URL of an issuer. It starts a server that trusts this issuer for the audience
/// [`AUDIENCE`](crate::AUDIENCE), and returns its address with a value that is dropped when the
/// server is no longer needed. It is called several times. The server has these routes:
///
/// | method | path | guard |
/// |---|---|---|
/// | GET | `/api/public` | none |
/// | GET | `/api/authenticated` | `#[requires]`; the body contains the token's subject |
/// | GET | `/api/scope-protected` | `any_scopes = "read:messages"` |
/// | GET | `/api/multiple-scopes` | `any_scopes = ["read:messages", "read:data"]` |
/// | GET | `/api/all-scopes` | `all_scopes = ["read:messages", "write:messages"]` |
/// | GET | `/api/role-protected` | `any_roles = ["admin", "editor"]` |
/// | GET | `/api/all-roles` | `all_roles = ["admin", "superuser"]` |
/// | POST | `/api/permission-protected` | `any_permissions = "create:articles"` |
/// | GET, POST, PATCH, DELETE | `/api/multiple-permissions` | `any_permissions` of `"read:articles"`, `"create:articles"`, `"update:articles"` or `"delete:articles"`, by method |
/// | GET | `/api/mixed-authorization` | `any_scopes = "openid", any_roles = "admin", any_permissions = "manage:system"` |
/// | GET, POST | `/api/articles` | `#[requires]`; `POST` stores an article of the token's subject, the first under the id 1 |
/// | GET, PUT, PATCH, DELETE | `/api/articles/{id}` | `#[requires]`; the handler demands the ownership of the article |
/// | GET, POST | `/api/books` | `any_scopes` of `"book:read"` or `"book:create"` |
/// | GET, PUT, PATCH, DELETE | `/api/books/{id}` | `any_scopes` of `"book:read"`, `"book:update"` or `"book:delete"` |
///
/// `POST` takes a JSON object with the member `title` and answers 201, `DELETE` answers 204,
/// everything else 200. Nothing is stored at the start. A route of `GET` also answers `HEAD`. The
/// contract compares only the status of accepted requests, so the bodies are the server's own.
///
/// Features of an adapter beyond these routes need their own tests: optional tokens, methods
/// without a demand, a missing validator.
///
/// # Panics
/// If an answer differs from the contract.
///
/// # Examples
/// A test of an adapter outside this repository. `docs/src/writing-an-adapter.md` in the repository
/// contains the one for actix-web:
/// ```no_run
/// use std::net::TcpListener;
/// use std::thread;
///
/// use axioms_core::Validator;
/// use axioms_testing::{AUDIENCE, contract};
///
/// // In a function marked #[test].
/// contract::run(|issuer| {
///     let validator = Validator::builder().audience(AUDIENCE).issuer(issuer).build().expect("a valid configuration");
///     let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
///     let address = listener.local_addr().expect("a listener has an address");
///     // Each server runs until the test's process ends.
///     let server = thread::spawn(move || framework::serve(listener, validator));
///     (address, server)
/// });
/// # mod framework {
/// #     pub(crate) fn serve(_: std::net::TcpListener, _: axioms_core::Validator) {}
/// # }
/// ```
pub fn run<S>(serve: impl Fn(&str) -> (SocketAddr, S)) {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let mut differences = String::new();
    let mut check = |url: &str, rows: &[Row]| {
        let (address, _server) = serve(url);
        compare(address, rows, &mut differences);
    };
    check(issuer.url(), &rows(&issuer));
    check(DOWN, &rows_without_keys(&issuer, DOWN));
    // The server fetches its keys at the start, so the issuer changes them after that.
    let (address, _server) = serve(issuer.url());
    issuer.rotate(Algorithm::ES256);
    compare(address, &rows_with_new_key(&issuer), &mut differences);
    assert!(differences.is_empty(), "answers differ from the contract:\n{differences}");
}

fn compare(address: SocketAddr, rows: &[Row], differences: &mut String) {
    for row in rows {
        let response = row.request.send(address);
        if !response.as_ref().is_ok_and(|response| row.answer.is(response)) {
            let (name, expected, answered) = (&row.name, &row.answer, response.as_ref().map(Refused::of));
            writeln!(differences, "- {name}\n    expected {expected:?}\n    answered {answered:?}")
                .expect("a string takes what is written to it");
        }
    }
}
