//! What a request costs in allocations.

#![allow(clippy::unwrap_used, reason = "a broken test should stop where it broke")]

use allocation_counter::measure;
use axioms_core::testing::{AUDIENCE, TestIssuer};
use axioms_core::{Algorithm, Policy, Validator, http};

#[test]
fn a_known_token_costs_none_and_a_new_one_few() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().unwrap();
    let policy = Policy::builder().any_scopes(["read:messages"]).any_roles(["admin"]).build().unwrap();
    let request = |subject: &str| {
        let token = issuer.token().subject(subject).scopes(["openid", "read:messages"]).roles(["admin"]);
        let bearer = format!("Bearer {}", token.sign());
        http::Request::builder().header(http::header::AUTHORIZATION, bearer).body(()).unwrap()
    };
    let authorize = |request: &http::Request<()>| assert!(validator.authorize(request, &policy).is_ok());

    // Whatever a library sets up once, it sets up here.
    authorize(&request("first"));
    let (new, known) = (request("new"), request("known"));
    let cold = measure(|| authorize(&new));
    authorize(&known);
    let warm = measure(|| authorize(&known));
    println!(
        "new: {} allocations, {} bytes; known: {}",
        cold.count_total, cold.bytes_total, warm.count_total
    );
    assert_eq!(warm.count_total, 0, "a token that was verified before");
    // Graviola makes seven of its own to verify a signature; the other libraries make none.
    let most = if cfg!(all(feature = "graviola", not(feature = "aws-lc-rs"))) { 27 } else { 20 };
    assert!(cold.count_total <= most, "a token that is new: {}", cold.count_total);
}
