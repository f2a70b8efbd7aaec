//! What a server prints when it is ready: its address, whose tokens it accepts, `curl` lines to
//! paste, and what to do next.

use std::io::{self, Write};
use std::net::SocketAddr;

use axioms_testing::{AUDIENCE, TestIssuer};

use crate::callers::{Caller, LIFETIME};
use crate::setup::Setup;

/// The start of the first line, which ends in the server's address.
pub const LISTENING: &str = "listening on http://";

/// No server listens here; the example of an issuer that is down uses it.
const DOWN: &str = "http://127.0.0.1:9";

/// Prints how to call the server `name`, and what to try next.
pub fn print(name: &str, address: SocketAddr, setup: &Setup) {
    let (whose, next) = match setup.issuer() {
        Some(issuer) => (
            format!(
                "trusting the issuer inside this program, {}, for the audience {AUDIENCE};\n\
                 set AXIOMS_AUDIENCE and AXIOMS_ISS_URL to trust your own\n\n{}{}",
                issuer.url(),
                requests(address, issuer),
                outage(name, address, issuer),
            ),
            next_with(name, issuer),
        ),
        None => (format!("trusting {}\n\n", configured_issuer()), next(name)),
    };
    // A server whose output nobody reads still serves.
    drop(write!(io::stdout(), "{LISTENING}{address}\n{whose}{next}"));
}

/// The variables that name the issuer.
fn configured_issuer() -> String {
    let names = ["AXIOMS_ISS_URL", "AXIOMS_DOMAIN", "AXIOMS_JWKS_URL"];
    let given = names.iter().find_map(|name| Some(format!("{name}={}", std::env::var(name).ok()?)));
    given.unwrap_or_default()
}

fn requests(address: SocketAddr, issuer: &TestIssuer) -> String {
    [
        ("200: a reader reads", Caller::Reader, "/api/scope-protected"),
        ("401: no token", Caller::Nobody, "/api/scope-protected"),
        ("401: an expired token", Caller::Expired, "/api/scope-protected"),
        ("401: a token for another audience", Caller::WrongAudience, "/api/scope-protected"),
        ("403: a reader is not an admin", Caller::Reader, "/api/all-roles"),
        ("200: an admin has access", Caller::Admin, "/api/all-roles"),
        ("201: an editor writes an article", Caller::Editor, r#"/api/articles/ -d '{"title":"On keys"}'"#),
    ]
    .map(|(what, caller, request)| curl(what, caller.token(issuer), &format!("http://{address}{request}")))
    .concat()
}

/// How to see an outage of the issuer: on a second server, so that this one keeps serving.
fn outage(name: &str, address: SocketAddr, issuer: &TestIssuer) -> String {
    let second = SocketAddr::new(address.ip(), address.port().checked_add(1).unwrap_or(8000));
    let token = issuer.token().issuer(DOWN).expires_in(LIFETIME).sign();
    format!(
        "# a second server, whose issuer is down\n\
         ADDR={second} AXIOMS_AUDIENCE={AUDIENCE} AXIOMS_ISS_URL={DOWN} cargo run -p example-{name}\n\n{}",
        curl("503: its keys cannot be fetched", Some(token), &format!("http://{second}/api/authenticated"))
    )
}

fn curl(what: &str, token: Option<String>, rest: &str) -> String {
    let header = token.map(|token| format!("-H 'Authorization: Bearer {token}' ")).unwrap_or_default();
    format!("# {what}\ncurl -i {header}{rest}\n\n")
}

/// The library that this server shows, and the name of its short example.
fn library(name: &str) -> (&'static str, &'static str) {
    match name {
        "axum" => ("axioms-axum", "hello"),
        "rocket" => ("axioms-rocket", "hello-rocket"),
        "warp" => ("axioms-warp", "hello-warp"),
        _ => ("axioms-core", "hello-core"),
    }
}

/// What to read and try next.
fn next(name: &str) -> String {
    let (library, example) = library(name);
    format!(
        "Next: {library}/examples/{example}.rs is a program to copy, in 25 lines. docs/src/start.md continues from there.\n\
         The routes and guards of this server are in examples/{name}/src/main.rs.\n"
    )
}

/// The same, with the command that runs the short example against this program's issuer.
fn next_with(name: &str, issuer: &TestIssuer) -> String {
    let token = Caller::Reader.token(issuer).unwrap_or_default();
    let (library, example) = library(name);
    let (argument, call) = match name {
        "bare" => (format!(" -- {token}"), String::new()),
        _ => (String::new(), curl("200: the same reader", Some(token), "http://127.0.0.1:3000/messages")),
    };
    format!(
        "{}\n# that program, with the issuer of this one\n\
         AXIOMS_AUDIENCE={AUDIENCE} AXIOMS_ISS_URL={} cargo run -p {library} --example {example}{argument}\n\n{call}",
        next(name),
        issuer.url(),
    )
}
