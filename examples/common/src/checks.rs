//! The tests of each example server: the contract of all adapters, the answers of the reference
//! API, and the output at the start.
//!
//! The servers run as programs and are called over sockets. Each function panics if an answer
//! differs.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a broken test should stop where it broke"
)]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use axioms_core::Algorithm;
use axioms_core::http::header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use axioms_testing::{RawRequest, TestIssuer, contract};

use crate::reference;
use crate::servers::{self, Server};

fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithms([Algorithm::ES256]).start()
}

/// Writes a test of the program `$name` for each function of this module.
#[macro_export]
macro_rules! check {
    ($name:literal) => {
        const PROGRAM: &str = env!(concat!("CARGO_BIN_EXE_", $name));

        #[test]
        fn answers_by_the_contract() {
            $crate::checks::answers_by_the_contract(PROGRAM);
        }

        #[test]
        fn gives_the_answers_of_the_reference() {
            $crate::checks::gives_the_answers_of_the_reference(PROGRAM);
        }

        #[test]
        fn the_curl_lines_give_the_printed_answers() {
            $crate::checks::the_curl_lines_give_the_printed_answers(PROGRAM);
        }

        #[test]
        fn a_port_in_use_is_named_with_what_to_do() {
            $crate::checks::a_port_in_use_is_named_with_what_to_do(PROGRAM);
        }

        #[test]
        fn a_missing_audience_is_named() {
            $crate::checks::a_missing_audience_is_named(PROGRAM);
        }

        #[test]
        fn a_misspelt_variable_is_warned_of() {
            $crate::checks::a_misspelt_variable_is_warned_of(PROGRAM);
        }
    };
}

/// The guards meet the contract of all adapters, with keys and without.
pub fn answers_by_the_contract(program: &str) {
    contract::run(|issuer| {
        let server = Server::trusting(Path::new(program), issuer, &[]).unwrap();
        (server.address(), server)
    });
}

/// Sends all requests of the reference twice, because a path with a trailing slash is the same
/// path.
pub fn gives_the_answers_of_the_reference(program: &str) {
    let issuer = issuer();
    for trailing_slash in [false, true] {
        let server = Server::start(Path::new(program), &issuer).unwrap();
        for call in reference::calls() {
            let response = call.send(server.address(), &issuer, trailing_slash).unwrap();
            let (status, headers) = (response.status().as_u16(), response.headers());
            let body = String::from_utf8_lossy(response.body());
            assert_eq!((status, &*body), (call.status, call.answer), "{call} (slash: {trailing_slash})");
            assert_eq!(
                headers.contains_key(WWW_AUTHENTICATE),
                [401, 403].contains(&status),
                "the challenge of {call}"
            );
            if !body.is_empty() {
                assert_eq!(headers[CONTENT_TYPE], "application/json", "{call}");
            }
        }
    }
}

/// A method that the path does not take gets 405 and `Allow`, on servers that know the methods of a
/// path.
pub fn a_path_names_the_methods_that_it_takes(program: &str) {
    let server = Server::start(Path::new(program), &issuer()).unwrap();
    let response = RawRequest::new("POST", "/api/public").send(server.address()).unwrap();
    assert_eq!(response.status(), 405);
    assert!(response.headers()[ALLOW].to_str().unwrap().contains("GET"));
}

/// A newcomer tries the printed `curl` lines first.
pub fn the_curl_lines_give_the_printed_answers(program: &str) {
    let mut child = server(program).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = Vec::new();
    // The last command of the output is for another program.
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap) {
        let last = line.contains("--example hello");
        lines.push(line);
        if last {
            break;
        }
    }
    let answers: Vec<_> = lines
        .iter()
        .zip(&lines[1..])
        .take_while(|(line, _)| !line.starts_with("# a second server"))
        .filter(|(_, line)| line.starts_with("curl"))
        .map(|(promise, line)| (promise, curl(line)))
        .collect();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(answers.len(), 7);
    let next = lines.iter().find_map(|line| line.strip_prefix("Next: ")?.split(' ').next()).unwrap();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    assert!(repository.join(next).is_file(), "{next}");
    for (promise, status) in answers {
        assert!(promise.starts_with(&format!("# {status}:")), "{promise}, but it is {status}");
    }
}

/// Sends what a `curl` line would send.
fn curl(line: &str) -> u16 {
    let between = |start: &str, end: char| line.split_once(start)?.1.split(end).next();
    let (address, path) = between("http://", ' ').unwrap().split_once('/').unwrap();
    let body = between("-d '", '\'');
    let mut request = RawRequest::new(if body.is_some() { "POST" } else { "GET" }, &format!("/{path}"));
    if let Some(token) = between("Bearer ", '\'') {
        request = request.bearer(token);
    }
    if let Some(body) = body {
        request = request.body(body);
    }
    request.send(address.parse().unwrap()).unwrap().status().as_u16()
}

/// The error names the address and what to change.
pub fn a_port_in_use_is_named_with_what_to_do(program: &str) {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = server(program).env("ADDR", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = stderr(&output);
    assert!(error.contains(&format!("cannot listen on ADDR={address}: ")), "{error}");
    assert!(error.contains("set ADDR to a free address"), "{error}");
    assert!(!error.contains("panicked"), "{error}");
}

/// The error names the missing variable.
pub fn a_missing_audience_is_named(program: &str) {
    let output = server(program).env("AXIOMS_ISS_URL", "https://issuer.example.com").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = stderr(&output);
    assert!(error.contains("AXIOMS_AUDIENCE"), "{error}");
}

/// The log names the misspelt variable and the one that was meant.
pub fn a_misspelt_variable_is_warned_of(program: &str) {
    let output = server(program).env("AXIOMS_AUDIANCE", "https://api.example.com").output().unwrap();
    let error = stderr(&output);
    assert!(error.contains(r#"variable="AXIOMS_AUDIANCE" meant="AXIOMS_AUDIENCE""#), "{error}");
}

fn server(program: &str) -> Command {
    let mut server = servers::command(Path::new(program));
    server.env("ADDR", "127.0.0.1:0").stdin(Stdio::null());
    server
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
