//! `cargo xtask demo`: the reference API on every server, each run as a program of its own, in one table.

use std::error::Error;
use std::net::SocketAddr;

use axioms_core::Algorithm;
use axioms_core::http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use axioms_core::http::{HeaderName, Response};
use axioms_examples::reference::{self, Call};
use axioms_examples::servers::Server;
use axioms_testing::TestIssuer;

use crate::cargo;

/// The headers in which servers must not differ.
const HEADERS: [HeaderName; 3] = [CONTENT_TYPE, CACHE_CONTROL, WWW_AUTHENTICATE];

/// Plays every request of the reference against every server.
///
/// # Errors
/// When an answer is not the expected one, or not the same everywhere.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let servers = cargo::build_servers()?
        .into_iter()
        .map(|(name, program)| Ok((name, Server::start(&program, &issuer)?)))
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    print!("{:<48} expected", "request");
    for (name, _) in &servers {
        print!(" {name:>8}");
    }
    println!();
    let mut differences = Vec::new();
    let calls = reference::calls();
    for call in &calls {
        print!("{:<48} {:>8}", call.to_string(), call.status);
        let mut first = None;
        for (name, server) in &servers {
            let answer = Answer::to(call, server.address(), &issuer)?;
            let difference = answer.difference(call, first.as_ref());
            let mark = if difference.is_some() { "!" } else { "" };
            print!(" {:>8}", format!("{mark}{}", answer.status));
            differences.extend(difference.map(|difference| format!("{name}: {call}: {difference}")));
            first.get_or_insert(answer);
        }
        println!();
    }
    if differences.is_empty() {
        println!("\n{} requests, {} servers, the same answers", calls.len(), servers.len());
        return Ok(());
    }
    Err(format!("\n{} answers differ:\n{}", differences.len(), differences.join("\n")).into())
}

/// An answer, as far as servers must agree on it.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    headers: Vec<String>,
    body: String,
}

impl Answer {
    fn to(call: &Call, server: SocketAddr, issuer: &TestIssuer) -> Result<Self, Box<dyn Error>> {
        let response = call.send(server, issuer, false).map_err(|error| format!("\n{call}: {error}"))?;
        Ok(Self {
            status: response.status().as_u16(),
            headers: headers(&response),
            body: String::from_utf8_lossy(response.body()).into_owned(),
        })
    }

    fn difference(&self, call: &Call, first: Option<&Self>) -> Option<String> {
        if (self.status, self.body.as_str()) != (call.status, call.answer) {
            return Some(format!("{} {}, not {} {}", self.status, self.body, call.status, call.answer));
        }
        first
            .filter(|first| first.headers != self.headers)
            .map(|first| format!("{:?}, not {:?} as on the first server", self.headers, first.headers))
    }
}

fn headers(response: &Response<Vec<u8>>) -> Vec<String> {
    let given = HEADERS
        .iter()
        .flat_map(|name| response.headers().get_all(name).iter().map(move |value| (name, value)));
    given.map(|(name, value)| format!("{name}: {}", value.as_bytes().escape_ascii())).collect()
}
