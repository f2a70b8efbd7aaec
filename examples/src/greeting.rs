//! What a server says when it is ready: its address, whose tokens it takes, and lines of `curl` to paste.

use std::io::{self, Write};
use std::net::SocketAddr;

use axioms_testing::{AUDIENCE, TestIssuer};

use crate::callers::{Caller, LIFETIME};
use crate::setup::Setup;

/// The start of the first line, which ends in the server's address.
pub const LISTENING: &str = "listening on http://";

/// Where no server is: what an issuer that is down looks like.
const DOWN: &str = "http://127.0.0.1:9";

/// Prints how to call the server called `name`.
pub fn print(name: &str, address: SocketAddr, setup: &Setup) {
    let whose = match setup.issuer() {
        Some(issuer) => format!(
            "trusting the issuer inside this program, {}, for the audience {AUDIENCE};\n\
             set AXIOMS_AUDIENCE and AXIOMS_ISS_URL to trust your own\n\n{}{}",
            issuer.url(),
            requests(address, issuer),
            outage(name, address, issuer),
        ),
        None => format!("trusting {}\n", configured_issuer()),
    };
    // A server whose output is not read still serves.
    drop(write!(io::stdout(), "{LISTENING}{address}\n{whose}"));
}

/// The issuer, in the words of the environment.
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
        ("200: an admin gets in", Caller::Admin, "/api/all-roles"),
        ("201: an editor writes an article", Caller::Editor, r#"/api/articles/ -d '{"title":"On keys"}'"#),
    ]
    .map(|(what, caller, request)| curl(what, caller.token(issuer), address, request))
    .concat()
}

/// How to see an issuer that is down: on a second server, so that this one goes on.
fn outage(name: &str, address: SocketAddr, issuer: &TestIssuer) -> String {
    let second = SocketAddr::new(address.ip(), address.port().checked_add(1).unwrap_or(8000));
    let token = issuer.token().issuer(DOWN).expires_in(LIFETIME).sign();
    format!(
        "# a second server, whose issuer is down\n\
         ADDR={second} AXIOMS_AUDIENCE={AUDIENCE} AXIOMS_ISS_URL={DOWN} cargo run -p axioms-examples --bin {name}\n\n{}",
        curl("503: its keys cannot be fetched", Some(token), second, "/api/authenticated")
    )
}

fn curl(what: &str, token: Option<String>, address: SocketAddr, request: &str) -> String {
    let header = token.map(|token| format!("-H 'Authorization: Bearer {token}' ")).unwrap_or_default();
    format!("# {what}\ncurl -i {header}http://{address}{request}\n\n")
}
