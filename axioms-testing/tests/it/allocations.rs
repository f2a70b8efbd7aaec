//! Bounds on what a request allocates. The allocator of this program counts per thread.

use allocation_counter::{AllocationInfo, measure};
use axioms_core::{Algorithm, Policy, Validator, http};
use axioms_testing::{AUDIENCE, SigningKey, TestIssuer, TokenBuilder};
use serde_json::{Value, json};

/// What `call` allocates on this thread, without the log and counters of other tests.
fn count(call: impl FnOnce()) -> AllocationInfo {
    tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::default(), || {
        metrics::with_local_recorder(&metrics::NoopRecorder, || measure(call))
    })
}

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

    // The first request initializes what libraries initialize once.
    authorize(&request("first"));
    let (new, known) = (request("new"), request("known"));
    let cold = count(|| authorize(&new));
    authorize(&known);
    let warm = count(|| authorize(&known));
    assert_eq!(warm.count_total, 0, "a token that was verified before");
    // Graviola makes seven allocations to verify a signature; the other libraries make none.
    let most = if cfg!(all(feature = "graviola", not(feature = "aws-lc-rs"))) { 27 } else { 20 };
    assert!(cold.count_total <= most, "a token that is new: {}", cold.count_total);
}

/// A token without `kid` is compared with every key of the set, and each key may be for one tenant.
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
        // A string with an escape is decoded on each read.
        let token = issuer.token().issuer(&format!("{}/tenant", issuer.url())).claim("tid", "an\"other");
        let token = token.without_header("kid").sign();
        let refuse = || assert!(validator.validate(&token).is_err());
        // This request causes a fetch; the next one does not.
        refuse();
        count(refuse).count_total
    };
    assert_eq!(cost(1), cost(100));
}

const BYTES: usize = 512 * 1024;

/// The kind of token, their number, and how each is made from a short one.
type Row = (&'static str, usize, fn(TokenBuilder) -> TokenBuilder);

const ROWS: [Row; 4] = [
    ("600 bytes", 500, |token| token.claim("x", "x".repeat(160))),
    ("almost 4 KiB", 125, |token| token.claim("x", "x".repeat(2600))),
    ("a long issuer", 125, |token| token.issuer(&"x".repeat(2600))),
    ("many short roles", 125, |token| token.roles(["a", "b", "c"].repeat(200))),
];

/// The allocator's overhead per allocation, at most.
const OVERHEAD: i64 = 16;

#[test]
fn the_cache_takes_the_bytes_that_it_counts() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    for (what, tokens, change) in ROWS {
        let token = |n| change(issuer.token()).subject(&format!("user-{n}")).sign();
        let minted: Vec<_> = (0..tokens).map(token).collect();
        let builder = Validator::builder().any_issuer(true).jwks_url(issuer.jwks_url());
        let validator = builder.audience(AUDIENCE).token_cache(BYTES).build().unwrap();
        let cost = count(|| {
            for token in &minted {
                assert!(validator.validate(token).is_ok() && token.len() <= 4096, "{what}");
            }
        });
        let grown = cost.bytes_current + OVERHEAD * cost.count_current;
        let counted = i64::try_from(validator.stats().cache_bytes).unwrap();
        assert!(counted > i64::try_from(BYTES / 2).unwrap(), "{what}: it is used");
        assert!(grown < counted + counted / 4, "{what}: {counted} counted, {grown} taken");
    }
}
