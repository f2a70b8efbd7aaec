//! What a server says when it is ready: its address, whose tokens it takes, and lines of `curl` to paste.

use std::net::SocketAddr;

use axioms_core::testing::{AUDIENCE, TestIssuer};

use crate::callers::{Caller, LIFETIME};
use crate::setup::Setup;

/// The start of the first line, which ends in the server's address.
pub const LISTENING: &str = "listening on http://";

/// Where no server is: what an issuer that is down looks like.
const DOWN: &str = "http://127.0.0.1:9";

/// Greets whoever started the server called `name`.
pub fn print(name: &str, address: SocketAddr, setup: &Setup) {
    println!("{LISTENING}{address}");
    match setup.issuer() {
        Some(issuer) => print_requests(name, address, issuer),
        None => println!("trusting the issuer that the AXIOMS_* variables name"),
    }
}

fn print_requests(name: &str, address: SocketAddr, issuer: &TestIssuer) {
    println!("trusting the issuer inside this program, {}, for the audience {AUDIENCE}", issuer.url());
    println!("(set AXIOMS_AUDIENCE and AXIOMS_ISS_URL to trust your own)\n");
    for (what, caller, request) in [
        ("200: a reader reads", Caller::Reader, "/api/scope-protected"),
        ("401: no token", Caller::Nobody, "/api/scope-protected"),
        ("401: an expired token", Caller::Expired, "/api/scope-protected"),
        ("401: a token for another audience", Caller::WrongAudience, "/api/scope-protected"),
        ("403: a reader is no admin", Caller::Reader, "/api/all-roles"),
        ("200: an admin is", Caller::Admin, "/api/all-roles"),
        ("201: an editor writes an article", Caller::Editor, r#"/api/articles/ -d '{"title":"On keys"}'"#),
    ] {
        print_request(what, caller.token(issuer), address, request);
    }
    print_outage(name, address, issuer);
}

fn print_outage(name: &str, address: SocketAddr, issuer: &TestIssuer) {
    let mut other = address;
    other.set_port(address.port().checked_add(1).unwrap_or(8000));
    println!("# An issuer that is down is seen on a second server:");
    println!("ADDR={other} AXIOMS_AUDIENCE={AUDIENCE} AXIOMS_ISS_URL={DOWN} \\");
    println!("    cargo run -p axioms-examples --bin {name}\n");
    let token = issuer.token().issuer(DOWN).expires_in(LIFETIME).sign();
    print_request("503: its keys cannot be had", Some(token), other, "/api/authenticated");
}

fn print_request(what: &str, token: Option<String>, address: SocketAddr, request: &str) {
    let header = token.map(|token| format!("-H 'Authorization: Bearer {token}' ")).unwrap_or_default();
    println!("# {what}\ncurl -i {header}http://{address}{request}\n");
}
