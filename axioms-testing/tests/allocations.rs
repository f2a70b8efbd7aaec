//! What a request costs in allocations. In a program of its own, whose allocator counts.

#![allow(clippy::unwrap_used, reason = "a broken test should stop where it broke")]

use allocation_counter::measure;
use axioms_core::{Algorithm, Policy, Validator, http};
use axioms_testing::{AUDIENCE, SigningKey, TestIssuer};
use serde_json::{Value, json};

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

/// A token without `kid` meets every key of the set, and each may be for one tenant.
#[test]
fn the_tenant_of_a_token_is_read_once_however_many_keys_ask() {
    let cost = |keys: usize| {
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
        let mut jwk = SigningKey::generate(Algorithm::ES256).public_jwk();
        jwk["issuer"] = format!("{}/{{tenantid}}", issuer.url()).into();
        let jwks: Vec<Value> = (0..keys)
            .map(|n| {
                jwk["kid"] = format!("key-{n}").into();
                jwk.clone()
            })
            .collect();
        issuer.set_jwks(json!({ "keys": jwks }).to_string());
        let validator = Validator::builder()
            .audience(AUDIENCE)
            .jwks_url(issuer.jwks_url())
            .any_issuer(true)
            .build()
            .unwrap();
        // A string with an escape is decoded each time that it is read.
        let token = issuer.token().issuer(&format!("{}/tenant", issuer.url())).claim("tid", "an\"other");
        let token = token.without_header("kid").sign();
        let refuse = || assert!(validator.validate(&token).is_err());
        // This asks the issuer for newer keys; the next one may not.
        refuse();
        measure(refuse).count_total
    };
    assert_eq!(cost(1), cost(100));
}
