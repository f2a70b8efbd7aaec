//! A server without a framework answers by the contract that every adapter shares: `authorize` and plain sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use axioms_core::http::{HeaderName, HeaderValue, Method, Request, Response};
use axioms_core::{AccessToken, Owned, Policy, PolicyErrors, Refusal, Validator};
use axioms_testing::contract;

#[derive(Owned)]
struct Note<'a> {
    #[owner]
    owner: &'a str,
}

/// What a path demands; `None` where there is no guard.
fn policy(path: &str) -> Result<Option<Policy>, PolicyErrors> {
    let policy = Policy::builder();
    Ok(Some(match path {
        "/public" | "/optional" => return Ok(None),
        "/any-scopes" => policy.any_scopes(["read:messages", "read:data"]).build()?,
        "/all-scopes" => policy.all_scopes(["read:messages", "write:messages"]).build()?,
        "/any-roles" => policy.any_roles(["admin", "editor"]).build()?,
        "/all-roles" => policy.all_roles(["admin", "superuser"]).build()?,
        "/any-permissions" => policy.any_permissions(["create:articles", "update:articles"]).build()?,
        "/all-permissions" => policy.all_permissions(["create:articles", "update:articles"]).build()?,
        "/mixed" => {
            policy.any_scopes(["openid"]).any_roles(["admin"]).any_permissions(["manage:system"]).build()?
        }
        "/groups" => policy
            .any(|either| either.all(|both| both.any_scopes(["a"]).any_scopes(["b"])).any_roles(["admin"]))
            .build()?,
        "/methods" => policy
            .public(Method::GET)
            .method(Method::POST, |post| post.any_scopes(["write:data"]))
            .method(Method::DELETE, |delete| delete)
            .build()?,
        "/body" => policy.any_scopes(["write:data"]).build()?,
        _ => Policy::VALID_TOKEN,
    }))
}

fn answer(
    validator: Option<&Validator>,
    request: &Request<()>,
    body: &mut dyn FnMut() -> Vec<u8>,
) -> Result<String, Refusal> {
    let path = request.uri().path();
    if path == "/public" {
        return Ok("ok".to_owned());
    }
    let validator = validator.ok_or_else(|| Refusal::not_configured("give the server a validator"))?;
    let token = match policy(path).expect("the contract's policies are sound") {
        Some(policy) => validator.authorize(request, &policy)?,
        None => validator.authenticate_if_present(request)?,
    };
    handle(request, token.as_ref(), body)
}

fn handle(
    request: &Request<()>,
    token: Option<&AccessToken>,
    body: &mut dyn FnMut() -> Vec<u8>,
) -> Result<String, Refusal> {
    let subject = token.and_then(AccessToken::subject);
    match (request.uri().path(), token) {
        ("/optional", _) => Ok(subject.unwrap_or("anonymous").to_owned()),
        ("/subject", _) => Ok(subject.unwrap_or_default().to_owned()),
        ("/dynamic", Some(token)) if request.uri().query() == Some("all") => {
            let admins = Policy::builder().any_roles(["admin"]).build().expect("a sound policy");
            token.require(&admins)?;
            Ok("ok".to_owned())
        }
        ("/body", _) => {
            let body: serde_json::Value =
                serde_json::from_slice(&body()).expect("the contract's body is JSON");
            Ok(body["text"].as_str().unwrap_or_default().to_owned())
        }
        (path, Some(token)) if path.starts_with("/owned/") => {
            token.require_owner(&Note { owner: path.trim_start_matches("/owned/") })?;
            Ok("ok".to_owned())
        }
        _ => Ok("ok".to_owned()),
    }
}

fn serve(validator: Option<Validator>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let validator = validator.clone();
            std::thread::spawn(move || exchange(&stream, validator.as_ref()));
        }
    });
    address
}

/// One request and its answer; the body is read only when a handler asks for it.
fn exchange(stream: &TcpStream, validator: Option<&Validator>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let request = read_head(&mut reader)?;
    let length =
        request.headers().get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    let mut body = || {
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body).expect("the contract sends the bodies that are read");
        body
    };
    let response = match answer(validator, &request, &mut body) {
        Ok(text) => Response::new(text),
        Err(refusal) => refusal.into(),
    };
    write(stream, &response, request.method() == Method::HEAD)
}

fn read_head(reader: &mut impl BufRead) -> std::io::Result<Request<()>> {
    let mut line = Vec::new();
    let mut next = |line: &mut Vec<u8>| {
        line.clear();
        reader.read_until(b'\n', line).map(|_| line.trim_ascii().to_vec())
    };
    let start = String::from_utf8(next(&mut line)?).expect("the contract's request lines are ASCII");
    let mut words = start.split(' ');
    let mut request =
        Request::builder().method(words.next().unwrap_or("GET")).uri(words.next().unwrap_or("/"));
    loop {
        let header = next(&mut line)?;
        let Some(colon) = header.iter().position(|byte| *byte == b':') else { break };
        let name = HeaderName::from_bytes(&header[..colon]).expect("a header name");
        request =
            request.header(name, HeaderValue::from_bytes(header[colon + 1..].trim_ascii()).expect("a value"));
    }
    Ok(request.body(()).expect("a request"))
}

fn write(mut stream: &TcpStream, response: &Response<String>, head_only: bool) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {}\r\nContent-Length: {}\r\n", response.status(), response.body().len())?;
    for (name, value) in response.headers() {
        write!(stream, "{name}: {}\r\n", value.to_str().unwrap_or_default())?;
    }
    write!(stream, "Connection: close\r\n\r\n")?;
    if head_only { Ok(()) } else { stream.write_all(response.body().as_bytes()) }
}

#[test]
fn a_bare_server_answers_by_the_contract() {
    contract::run(serve);
}
