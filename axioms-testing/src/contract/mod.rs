//! The contract of every adapter: which request gets which answer, to the byte.
//!
//! An adapter's test serves [the routes](run) and calls [`run`], also the test of an adapter outside this repository. The
//! table is the same for all of them, so the answers are too.

mod answer;
mod rows;

use std::fmt::Write as _;
use std::net::SocketAddr;

use answer::Answer;
use axioms_core::{Algorithm, Validator};
use rows::{Row, rows, rows_with_new_key, rows_without_keys, rows_without_validator};

use super::{AUDIENCE, TestClock, TestIssuer};

/// Runs every row of the contract against a server and panics with a list of the rows that differ.
///
/// `serve` starts a server with this validator, or with none, and returns its address. It is called several times, and each
/// server runs until the test's process ends. The server has these routes; each answers 200 with the text `ok` unless the
/// table says otherwise. A route of GET answers HEAD too; a framework that does not see to that by itself is told to.
///
/// | method | path | guard |
/// |---|---|---|
/// | GET | `/public` | none |
/// | GET | `/token` | `#[requires]` |
/// | GET | `/any-scopes` | `any_scopes = ["read:messages", "read:data"]` |
/// | GET | `/all-scopes` | `all_scopes = ["read:messages", "write:messages"]` |
/// | GET | `/any-roles` | `any_roles = ["admin", "editor"]` |
/// | GET | `/all-roles` | `all_roles = ["admin", "superuser"]` |
/// | GET | `/any-permissions` | `any_permissions = ["create:articles", "update:articles"]` |
/// | GET | `/all-permissions` | `all_permissions = ["create:articles", "update:articles"]` |
/// | GET | `/mixed` | `any_scopes = "openid", any_roles = "admin", any_permissions = "manage:system"` |
/// | GET | `/groups` | `any(all(any_scopes = "a", all_scopes = "b"), any_roles = "admin")` |
/// | GET, POST, PUT, DELETE | `/methods` | `GET(public), POST(any_scopes = "write:data"), DELETE()` |
/// | GET | `/subject` | none; takes the access token and answers with its subject |
/// | GET | `/optional` | none; takes an optional access token and answers with its subject, or `anonymous` |
/// | GET | `/dynamic` | `#[requires]`; with the query `all`, the handler demands `any_roles = "admin"` |
/// | GET | `/owned/{owner}` | `#[requires]`; the handler demands the ownership of an object of that owner |
/// | POST | `/body` | `any_scopes = "write:data"`; takes a JSON body `{"text": "..."}` and answers with its text |
///
/// # Panics
/// When an answer differs from the contract.
///
/// # Examples
/// The test of an adapter for a framework of one's own; `docs/src/writing-an-adapter.md` in the repository has that of actix-web:
/// ```no_run
/// use std::net::{SocketAddr, TcpListener};
/// use std::thread;
///
/// use axioms_core::Validator;
/// use axioms_testing::contract;
///
/// /// Serves the routes of the table on a free port.
/// fn serve(validator: Option<Validator>) -> SocketAddr {
///     let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
///     let address = listener.local_addr().expect("a listener has an address");
///     thread::spawn(move || framework::serve(listener, validator));
///     address
/// }
///
/// // In a function marked #[test].
/// contract::run(serve);
/// # mod framework {
/// #     pub(crate) fn serve(_: std::net::TcpListener, _: Option<axioms_core::Validator>) {}
/// # }
/// ```
pub fn run(serve: impl Fn(Option<Validator>) -> SocketAddr) {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(TestClock::new()).start();
    let mut differences = String::new();
    check(serve(Some(validator(&issuer))), &rows(&issuer), &mut differences);
    check(serve(Some(without_keys())), &rows_without_keys(&issuer), &mut differences);
    check(serve(None), &rows_without_validator(&issuer), &mut differences);
    // The issuer has another key from here on, and a validator of its own has not spent its fetches.
    let address = serve(Some(validator(&issuer)));
    check(address, &rows_with_new_key(&issuer), &mut differences);
    assert!(differences.is_empty(), "answers differ from the contract:\n{differences}");
}

fn validator(issuer: &TestIssuer) -> Validator {
    let builder = Validator::builder().audience(AUDIENCE).issuer(issuer.url());
    builder.clock(TestClock::new()).build().expect("the contract's configuration is sound")
}

/// A validator whose issuer cannot be reached, with the clock at rest between two attempts.
fn without_keys() -> Validator {
    let builder = Validator::builder().audience(AUDIENCE).issuer("http://127.0.0.1:9");
    builder
        .clock(TestClock::new())
        .build()
        .expect("an issuer that is down does not keep a validator from starting")
}

fn check(address: SocketAddr, rows: &[Row], differences: &mut String) {
    for row in rows {
        let answer = row.request.send(address).map(|response| Answer::of(&response));
        if !answer.as_ref().is_ok_and(|answer| *answer == row.answer) {
            let (name, expected) = (&row.name, &row.answer);
            writeln!(differences, "- {name}\n    expected {expected:?}\n    answered {answer:?}")
                .expect("a string takes what is written to it");
        }
    }
}
