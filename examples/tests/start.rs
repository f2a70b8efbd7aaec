//! What a server says when it starts, and when it cannot.

#![cfg(feature = "axum")]
#![allow(clippy::unwrap_used, reason = "a broken test should stop where it broke")]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use axioms_examples::servers;
use axioms_testing::RawRequest;

fn server() -> Command {
    let mut server = servers::command(Path::new(env!("CARGO_BIN_EXE_axum")));
    server.env("ADDR", "127.0.0.1:0").stdin(Stdio::null());
    server
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn name_a_port_in_use(program: &str) {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = servers::command(Path::new(program)).env("ADDR", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = stderr(&output);
    assert!(error.contains(&format!("cannot listen on ADDR={address}: ")), "{error}");
    assert!(error.contains("set ADDR to a free address"), "{error}");
    assert!(!error.contains("panicked"), "{error}");
}

#[test]
fn a_port_in_use_is_named_with_what_to_do() {
    name_a_port_in_use(env!("CARGO_BIN_EXE_axum"));
}

/// Rocket opens its listener itself.
#[test]
#[cfg(feature = "rocket")]
fn a_port_in_use_is_named_on_rocket_too() {
    name_a_port_in_use(env!("CARGO_BIN_EXE_rocket"));
}

#[test]
fn a_missing_audience_is_named() {
    let output = server().env("AXIOMS_ISS_URL", "https://issuer.example.com").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = stderr(&output);
    assert!(error.contains("AXIOMS_AUDIENCE"), "{error}");
}

#[test]
fn a_misspelt_variable_is_warned_of() {
    let output = server().env("AXIOMS_AUDIANCE", "https://api.example.com").output().unwrap();
    let error = stderr(&output);
    assert!(error.contains(r#"variable="AXIOMS_AUDIANCE" meant="AXIOMS_AUDIENCE""#), "{error}");
}

/// The lines of `curl` are what a newcomer tries first.
#[test]
fn the_lines_of_curl_show_what_they_say() {
    let mut child = server().stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines: Vec<String> = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap)
        .take_while(|line| !line.starts_with("# a second server"))
        .collect();
    let answers: Vec<_> = lines
        .iter()
        .zip(&lines[1..])
        .filter(|(_, line)| line.starts_with("curl"))
        .map(|(promise, line)| (promise, curl(line)))
        .collect();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(answers.len(), 7);
    for (promise, status) in answers {
        assert!(promise.starts_with(&format!("# {status}:")), "{promise}, but it is {status}");
    }
}

/// Does what `curl` would, as far as the lines go.
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
