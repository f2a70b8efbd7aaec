//! A refusal does not wait for the body. Rocket itself waits for the first bytes, so the test sends
//! these.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use axioms_core::Algorithm;
use axioms_rocket::{Validator, ValidatorFairing, requires};
use axioms_testing::{AUDIENCE, TestIssuer};
use rocket::serde::json::{Json, Value};
use rocket::{post, routes};

#[requires(any_scopes = "write:data")]
#[post("/body", data = "<body>")]
fn body(body: Json<Value>) -> String {
    body.to_string()
}

/// Announces 10 MB, sends the first bytes, and returns the status line of the answer.
fn post_without_end(address: SocketAddr, authorization: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(
        stream,
        "POST /body HTTP/1.1\r\nHost: api\r\n{authorization}Content-Type: application/json\r\n\
         Content-Length: 10000000\r\n\r\n{{\"text\":\"a long text starts so",
    )?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    stream.shutdown(Shutdown::Both)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn refusals_come_before_the_body() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let validator =
        Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().expect("a valid configuration");
    let rocket = crate::server::quiet().mount("/", routes![body]).attach(ValidatorFairing::new(validator));
    let address = crate::server::launch(rocket);

    let bearer = format!("Authorization: Bearer {}\r\n", issuer.token().sign());
    for (authorization, expected) in [("", "HTTP/1.1 401"), (bearer.as_str(), "HTTP/1.1 403")] {
        assert_eq!(post_without_end(address, authorization).expect("an answer"), expected);
    }
}
