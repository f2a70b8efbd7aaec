//! A client that is refused while it sends a large body reads the whole answer, if the mount is
//! guarded.

use axioms_core::Algorithm;
use axioms_rocket::{Policy, Validator, ValidatorFairing, require};
use axioms_testing::{AUDIENCE, RawRequest, TestIssuer};
use rocket::{post, routes};

use crate::server;

#[post("/", data = "<body>")]
fn length(body: Vec<u8>) -> String {
    body.len().to_string()
}

#[test]
fn a_client_that_keeps_sending_reads_the_refusal() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let validator =
        Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().expect("a valid configuration");
    let routes = require(Policy::VALID_TOKEN, routes![length]);
    let address = server::launch(server::quiet().mount("/", routes).attach(ValidatorFairing::new(validator)));
    for size in [0, 1, 64 * 1024, 1024 * 1024, 10 * 1024 * 1024] {
        let request = RawRequest::new("POST", "/").bearer("rubbish").body(vec![b'x'; size]);
        let answer = request.send_all(address).unwrap_or_else(|error| panic!("{size}: {error}"));
        assert_eq!(answer.status(), 401, "{size}");
        assert!(answer.body().starts_with(b"{\"error\":\"invalid_token\""), "{size}");
    }
    let accepted =
        RawRequest::new("POST", "/").bearer(&issuer.token().sign()).body("12345").send_all(address);
    assert_eq!(accepted.expect("an answer").body(), b"5");
}
