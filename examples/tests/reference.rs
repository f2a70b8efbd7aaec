//! Each server gives the reference API's answers, to the byte.

#![allow(clippy::unwrap_used, reason = "a broken test should stop where it broke")]

use std::path::Path;

use axioms_core::Algorithm;
use axioms_core::http::header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use axioms_examples::reference;
use axioms_examples::servers::Server;
use axioms_testing::{RawRequest, TestIssuer};

fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithms([Algorithm::ES256]).start()
}

/// Plays the whole of the reference twice, since a path with a trailing slash is the same path.
fn hold_to_the_reference(program: &str) {
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

/// A method that the path does not take is answered by those it does, where the framework knows them.
#[test]
#[cfg(all(feature = "axum", feature = "bare"))]
fn a_path_names_the_methods_that_it_takes() {
    for program in [env!("CARGO_BIN_EXE_axum"), env!("CARGO_BIN_EXE_bare")] {
        let server = Server::start(Path::new(program), &issuer()).unwrap();
        let response = RawRequest::new("POST", "/api/public").send(server.address()).unwrap();
        assert_eq!(response.status(), 405, "{program}");
        assert!(response.headers()[ALLOW].to_str().unwrap().contains("GET"), "{program}");
    }
}

/// A refused request is answered without its body, which here never comes to its end.
fn refuse_before_the_body(program: &str) {
    let issuer = issuer();
    let server = Server::start(Path::new(program), &issuer).unwrap();
    let reader = issuer.token().scopes(["book:read"]).sign();
    for (token, expected) in [("bad", 401), (reader.as_str(), 403)] {
        let request =
            RawRequest::new("POST", "/api/books").bearer(token).begin_body(10_000, r#"{"title":"and so on"#);
        assert_eq!(request.send(server.address()).unwrap().status(), expected);
    }
}

macro_rules! servers {
    ($($name:ident $program:literal)*) => {$(
        #[cfg(feature = $program)]
        mod $name {
            const PROGRAM: &str = env!(concat!("CARGO_BIN_EXE_", $program));

            #[test]
            fn gives_the_answers_of_the_reference() {
                super::hold_to_the_reference(PROGRAM);
            }

            #[test]
            fn refuses_before_the_body_is_read() {
                super::refuse_before_the_body(PROGRAM);
            }
        }
    )*};
}

servers! {
    on_axum "axum"
    on_nothing "bare"
    on_rocket "rocket"
    on_warp "warp"
}
