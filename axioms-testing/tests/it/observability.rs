//! What an operator sees: counters, the health of the keys, and events whose names and fields stay
//! as they are.

use std::collections::BTreeMap;
use std::time::Duration;

use axioms_core::http::StatusCode;
use axioms_core::{Algorithm, Health, Issuer, Policy, Refusal, Validator, http};
use axioms_testing::{AUDIENCE, Behaviour, Endpoint, TestIssuer};
use serde_json::json;

use crate::common::{Bench, block_on, builder, log};

const OUTAGE: Behaviour = Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE);

/// The causes that were counted, without zero counts.
fn refused(bench: &Bench) -> BTreeMap<&'static str, u64> {
    bench.validator.stats().refused.into_iter().filter(|(_, count)| *count > 0).collect()
}

fn authenticate(bench: &Bench, header: &[u8]) {
    let mut request = http::Request::new(());
    if !header.is_empty() {
        request.headers_mut().insert("authorization", http::HeaderValue::from_bytes(header).unwrap());
    }
    assert!(block_on(bench.validator.authenticate_async(&request)).is_err());
}

#[test]
fn every_answer_is_counted_under_its_cause() {
    let bench = Bench::new();
    let token = bench.token().sign();
    for _ in 0..3 {
        bench.validator.validate(&token).unwrap();
    }
    authenticate(&bench, b"");
    authenticate(&bench, b"Bearer a, Bearer b");
    assert!(bench.verdict("garbage").is_err());
    assert!(bench.verdict(&bench.token().expired().sign()).is_err());
    assert!(bench.verdict(&bench.token().expired().sign()).is_err());
    let policy = Policy::builder().any_roles(["nobody"]).build().unwrap();
    bench.validator.validate(&token).unwrap().require(&policy).unwrap_err();

    let stats = bench.validator.clone().stats();
    assert_eq!((stats.accepted, stats.cache_hits), (4, 3));
    let expected =
        [("bad_credentials", 1), ("denied", 1), ("expired", 2), ("no_credentials", 1), ("not_compact", 1)];
    assert_eq!(refused(&bench), BTreeMap::from(expected));
    assert!(stats.refused.contains_key("signature"), "causes without a refusal are listed with zero");
    assert!(!stats.refused.contains_key("not_configured"), "no validator counted it");
    assert!(stats.cache_bytes > 0);
}

#[test]
fn fetches_and_the_age_of_keys_are_counted() {
    let bench = Bench::new();
    let counted = |bench: &Bench| {
        let stats = bench.validator.stats();
        (stats.fetches, stats.failed_fetches, stats.key_age.map(|age| age.as_secs()))
    };
    assert_eq!(counted(&bench), (1, 0, Some(0)));
    bench.advance_seconds(10);
    assert_eq!(counted(&bench), (1, 0, Some(10)));
    bench.issuer.behave(Endpoint::Jwks, OUTAGE);
    bench.settle();
    assert_eq!(counted(&bench), (2, 1, Some(10)));
    assert!(bench.verdict_on_fresh_token().is_ok());
}

#[test]
fn health_shows_keys_outage_and_recovery() {
    let bench = Bench::with_issuer(|issuer| issuer.behave(Endpoint::Jwks, OUTAGE), |builder| builder);
    let health = bench.validator.health();
    let [issuer] = health.issuers.as_slice() else { panic!("one issuer is configured") };
    assert!(!health.is_ready());
    assert_eq!(issuer.issuer, bench.issuer.url());
    assert_eq!((issuer.key_age, issuer.key_ids.len()), (None, 0));
    assert_eq!((issuer.fetches, issuer.failed_fetches), (1, 1));
    assert_eq!(issuer.last_fetch, Some(Duration::ZERO));
    assert!(issuer.last_error.as_ref().unwrap().contains("503"), "{issuer:?}");
    assert!(issuer.next_fetch.unwrap() <= Duration::from_secs(1), "{issuer:?}");

    bench.issuer.behave(Endpoint::Jwks, Behaviour::Normal);
    bench.advance_seconds(1);
    assert!(bench.verdict_on_fresh_token().is_ok());
    let health = bench.validator.health();
    let [issuer] = health.issuers.as_slice() else { panic!("one issuer is configured") };
    assert!(health.is_ready());
    assert_eq!(issuer.key_ids, [bench.issuer.key(Algorithm::ES256).kid()]);
    assert_eq!((issuer.last_error.as_ref(), issuer.key_age), (None, Some(Duration::ZERO)));
    assert!(issuer.next_fetch.unwrap() > Duration::from_secs(3000), "{issuer:?}");
}

#[test]
fn keys_past_their_ttl_make_a_service_unready() {
    let bench = Bench::new();
    assert!(bench.validator.health().is_ready());
    bench.issuer.behave(Endpoint::Jwks, OUTAGE);
    bench.advance_seconds(7200);
    let health = bench.validator.health();
    assert!(!health.is_ready());
    assert!(
        health.issuers.iter().all(|issuer| !issuer.key_ids.is_empty()),
        "the former keys are still reported"
    );
}

/// Tokens of the other issuers are served, so the service stays in the load balancer.
#[test]
fn readiness_is_each_issuers_own() {
    let (up, down) = (Bench::new(), Bench::new());
    down.issuer.behave(Endpoint::Jwks, OUTAGE);
    let both =
        || builder(&up.issuer, &up.clock).add_issuer(Issuer::new(down.issuer.url()).audience(AUDIENCE));
    let ready = |health: &Health| {
        let of = |bench: &Bench| health.issuer(bench.issuer.url()).map(|issuer| issuer.ready);
        (health.is_ready(), health.all_ready(), of(&up), of(&down))
    };
    assert_eq!(ready(&both().build().unwrap().health()), (true, false, Some(true), Some(false)));
    down.issuer.behave(Endpoint::Jwks, Behaviour::Normal);
    assert_eq!(ready(&both().build().unwrap().health()), (true, true, Some(true), Some(true)));
    up.issuer.behave(Endpoint::Jwks, OUTAGE);
    down.issuer.behave(Endpoint::Jwks, OUTAGE);
    let health = both().build().unwrap().health();
    assert_eq!(ready(&health), (false, false, Some(false), Some(false)));
    assert_eq!(health.issuer("https://another.example.com"), None);
}

/// Operators build alerts on these names and fields: a change here is a breaking change.
#[test]
fn events_have_stable_names_and_fields() {
    let bench = Bench::with_issuer(
        |issuer| issuer.add_jwk(json!({"kty": "oct", "k": "c2VjcmV0", "kid": "symmetric"})),
        |builder| builder.realm("events"),
    );
    let url = bench.issuer.url().to_owned();
    assert!(bench.verdict(&bench.token().claim("jti", "event-1").audience("elsewhere").sign()).is_err());
    let policy = Policy::builder().any_scopes(["event:scope"]).build().unwrap();
    let token = bench.token().claim("jti", "event-2").sign();
    bench.validator.validate(&token).unwrap().require(&policy).unwrap_err();
    bench.issuer.behave(Endpoint::Jwks, OUTAGE);
    bench.settle();

    authenticate(&bench, b"");
    authenticate(&bench, b"Bearer a, Bearer b");
    drop(Refusal::not_configured("event-remedy"));
    let keyless = Bench::with_issuer(|issuer| issuer.behave(Endpoint::Jwks, OUTAGE), |builder| builder);
    assert!(keyless.verdict(&keyless.token().claim("jti", "event-3").sign()).is_err());

    let rows: [(&str, &str, tracing::Level, &[&str]); 9] = [
        ("axioms.refused", "cause=no_credentials", tracing::Level::DEBUG, &[]),
        ("axioms.refused", "cause=bad_credentials", tracing::Level::INFO, &["reason="]),
        ("axioms.refused", "event-remedy", tracing::Level::ERROR, &["cause=not_configured", "remedy="]),
        (
            "axioms.refused",
            "event-3",
            tracing::Level::INFO,
            &["cause=keys_unavailable", "retry_after=", "issuer=", "kid=", "jti="],
        ),
        ("axioms.keys_fresh", &url, tracing::Level::INFO, &["issuer=", "url=", "key_ids="]),
        ("axioms.key_skipped", &url, tracing::Level::ERROR, &["issuer=", "url=", "index=", "reason="]),
        ("axioms.fetch_failed", &url, tracing::Level::WARN, &["issuer=", "error=", "retry_in="]),
        (
            "axioms.refused",
            "event-1",
            tracing::Level::INFO,
            &["cause=audience", "reason=", "issuer=", "kid=", "jti="],
        ),
        (
            "axioms.refused",
            "event-2",
            tracing::Level::INFO,
            &[
                "cause=denied",
                "demanded=",
                "missing=",
                "claim_read=",
                "claim_type=",
                "issuer=",
                "kid=",
                "jti=",
            ],
        ),
    ];
    for (name, mark, level, fields) in rows {
        let lines = log::lines_with(mark);
        let line = lines.iter().find(|line| line.name == name).unwrap_or_else(|| panic!("{name}: {lines:?}"));
        assert_eq!(line.level, level, "{name}");
        for field in fields {
            assert!(line.text.contains(field), "{name}: {field} in {}", line.text);
        }
    }
}

/// What an operator needs to see why a token that "has the role" is denied.
#[test]
fn a_denial_logs_what_is_missing_and_which_claim_was_read() {
    let bench = Bench::with_issuer(|_| {}, |builder| builder.roles_claims(["/realm_access/roles", "roles"]));
    let scopes = Policy::builder().all_scopes(["a", "b"]).build().unwrap();
    let both = Policy::builder().all_scopes(["a"]).any_roles(["admin", "root"]).build().unwrap();
    let either = Policy::builder().any(|any| any.any_scopes(["b"]).all_roles(["x", "y"])).build().unwrap();
    let rows = [
        (&scopes, json!({"scope": "a"}), "all scopes of [b]", "scope", "string"),
        (&scopes, json!({"scope": ["b"]}), "all scopes of [a]", "scope", "array of strings"),
        (
            &scopes,
            json!({"scope": ["a", 1]}),
            "all scopes of [a, b]",
            "scope",
            "array with values other than strings",
        ),
        (&scopes, json!({"scope": {"a": 1}}), "all scopes of [a, b]", "scope", "object"),
        (&scopes, json!({"scope": null}), "all scopes of [a, b]", "scope", "null"),
        (&scopes, json!({"scp": "a b"}), "all scopes of [a, b]", "scope", "absent"),
        (
            &both,
            json!({"scope": "a", "roles": ["user"]}),
            "any role of [admin, root]",
            "scope, roles",
            "string, array of strings",
        ),
        (
            &both,
            json!({"realm_access": {"roles": 1}, "roles": ["admin"]}),
            "all scopes of [a] and any role of [admin, root]",
            "scope, /realm_access/roles",
            "absent, number",
        ),
        (
            &either,
            json!({"roles": "x"}),
            "(any scope of [b] or all roles of [y])",
            "scope, roles",
            "absent, string",
        ),
        (
            &either,
            json!({}),
            "(any scope of [b] or all roles of [x, y])",
            "scope, /realm_access/roles, roles",
            "absent, absent",
        ),
    ];
    for (n, (policy, claims, missing, read, types)) in rows.into_iter().enumerate() {
        let mark = format!("denial-{n}-");
        let token = claims
            .as_object()
            .unwrap()
            .iter()
            .fold(bench.token().claim("jti", mark.as_str()), |token, (name, value)| {
                token.claim(name, value.clone())
            });
        let denied = bench.validator.validate(&token.sign()).unwrap().require(policy).unwrap_err();
        assert_eq!(denied.demanded(), policy.to_string(), "{claims}");
        let [line] = log::lines_with(&mark).try_into().unwrap();
        let fields = format!("missing={missing} claim_read={read} claim_type={types} issuer=");
        assert!(line.text.contains(&fields), "{claims}: {fields} in {}", line.text);
    }
}

/// Every test program keeps all events and stops at one that contains a token. This test checks
/// that it recognizes a token.
#[test]
fn a_token_in_an_event_is_detected() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let token = issuer.token().sign();
    let segments: Vec<&str> = token.split('.').collect();
    for secret in segments.iter().chain([&token.as_str()]) {
        assert!(log::tells_a_token(&format!("reason=x token={secret} jti=1")), "{secret}");
    }
    let kid = issuer.key(Algorithm::ES256).kid().to_owned();
    assert!(!log::tells_a_token(&format!("issuer={} kid={kid} cause=audience", issuer.url())));
}

/// A query may contain a key: no event, error or probe shows it.
#[test]
fn no_message_shows_the_query_of_a_jwks_url() {
    log::capture();
    let useless = Behaviour::Body(br#"{"keys":[{}]}"#.into());
    for behaviour in [Behaviour::Normal, Behaviour::Html, Behaviour::Disconnect, useless] {
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
        issuer.behave(Endpoint::Jwks, behaviour);
        let url = format!("{}?key=s3cret", issuer.jwks_url());
        let builder = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).jwks_url(url);
        let validator = block_on(builder.clone().build_async()).unwrap();
        let started = block_on(builder.fail_fast(true).build_async());
        let error = started.err().map(|error| error.to_string()).unwrap_or_default();
        let lines = log::lines_with(&issuer.jwks_url());
        assert!(!lines.is_empty());
        for reported in [error, format!("{:?}", validator.health()), format!("{lines:?}")] {
            assert!(!reported.contains("s3cret"), "{reported}");
        }
    }
}
