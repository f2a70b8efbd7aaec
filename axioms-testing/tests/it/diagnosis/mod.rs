//! What `ValidatorBuilder::diagnose` reports: the check that refuses a token, in agreement with the
//! validator, and what it found at the issuer.

mod denials;
mod faults;
mod remedies;

use std::time::Duration;

use axioms_core::diagnosis::{Check, Diagnosis, Status, TokenReport};
use axioms_core::http::StatusCode;
use axioms_core::{Algorithm, Clock as _, Issuer, ValidatorBuilder};
use axioms_testing::{
    AUDIENCE, Behaviour, Endpoint, SigningKey, TestClock, TestIssuer, TokenBuilder, base64url,
};
use serde_json::json;

use crate::common::{Bench, builder};

/// 2026-01-01T00:10:00Z, ten minutes after a [`TestClock`] starts.
const TEN_MINUTES_LATER: &str = "Thu, 01 Jan 2026 00:10:00 GMT";

fn settings(bench: &Bench) -> ValidatorBuilder {
    builder(&bench.issuer, &bench.clock)
}

fn diagnose(settings: ValidatorBuilder, token: &str) -> Diagnosis {
    settings.diagnose(Some(token)).unwrap()
}

fn failed(token: &TokenReport) -> Option<&Check> {
    token.checks.iter().find(|check| check.status == Status::Failed)
}

/// A token for each check, or several if a check can fail in several ways.
fn bad_tokens(issuer: &TestIssuer) -> Vec<(&'static str, String)> {
    let token = || issuer.token();
    let with = |change: fn(TokenBuilder) -> TokenBuilder| change(issuer.token()).sign();
    let stranger = SigningKey::generate(Algorithm::ES256);
    let twin = stranger.clone().with_kid(issuer.key(Algorithm::ES256).kid());
    let seconds = issuer.clock().unix_time().as_secs();
    let segments = |header: &[u8], payload: &[u8], signature: &str| {
        format!("{}.{}.{signature}", base64url(header), base64url(payload))
    };
    vec![
        ("size", token().claim("x", "x".repeat(20_000)).sign()),
        ("shape", "opaque".to_owned()),
        ("shape", "a.b.c.d.e".to_owned()),
        ("shape", token().unsigned()),
        ("shape", segments(b"\xff", b"{}", "=")),
        ("json", segments(b"\xff", b"{}", "AA")),
        ("json", segments(b"{}", b"[]", "AA")),
        ("json", token().raw_payload(r#"{"sub":"a","sub":"b"}"#).sign()),
        ("json", token().claim("groups", vec!["g"; 2000]).sign()),
        ("selection", token().claim("iss", 1).sign()),
        ("crit", with(|token| token.header("crit", json!(["exp"])))),
        ("alg", token().sign_hs256(b"x")),
        ("alg", with(|token| token.header("alg", "RS999"))),
        ("typ", with(|token| token.header("typ", "secevent+jwt"))),
        ("cty", with(|token| token.header("cty", "JWT"))),
        ("kid", with(|token| token.header("kid", 7))),
        ("iss", with(|token| token.issuer("https://other.example.com"))),
        ("iss", with(|token| token.without("iss"))),
        ("aud", with(|token| token.audience("https://other.example.com"))),
        ("aud", with(|token| token.without("aud"))),
        ("aud", with(|token| token.claim("aud", 7))),
        ("kind", with(|token| token.claim("at_hash", "x"))),
        ("kind", with(|token| token.claim("cnf", json!({"jkt": "x"})))),
        ("dates", with(|token| token.without("exp"))),
        ("dates", with(|token| token.claim("nbf", "soon"))),
        ("exp", with(TokenBuilder::expired)),
        ("nbf", token().claim("nbf", seconds + 120).sign()),
        ("iat", token().claim("iat", seconds + 120).sign()),
        ("sub", with(|token| token.subject("a\u{202e}b"))),
        ("key", token().signed_with(&stranger).sign()),
        ("signature", token().signed_with(&twin).sign()),
    ]
}

#[test]
fn each_check_is_named_and_the_validator_agrees() {
    let bench = Bench::new();
    for (name, token) in bad_tokens(&bench.issuer) {
        let report = diagnose(settings(&bench), &token).token.unwrap();
        let refusal = bench.validator.validate(&token).unwrap_err();
        assert_eq!(failed(&report).map(|check| check.name), Some(name), "{token}");
        assert_eq!(report.cause, Some(refusal.cause().name()), "{name}: {token}");
        assert!(!report.valid, "{name}");
        let check = failed(&report).unwrap();
        let explained = check.expected.is_some() && check.remedy.is_some();
        assert!(explained && (check.found.is_some() || name == "json"), "{check:?}");
        let at = report.checks.iter().position(|check| check.name == name).unwrap();
        let (before, after) = report.checks.split_at(at);
        assert!(before.iter().all(|check| check.status == Status::Passed), "{name}");
        assert!(after[1..].iter().all(|check| check.status == Status::NotReached), "{name}");
    }
}

#[test]
fn other_demands_of_the_configuration_are_checked_too() {
    let bench = Bench::new();
    let limited = settings(&bench).max_token_lifetime(Duration::from_secs(60));
    let tenants = || {
        let tids = ["a", "b"];
        let issuer = format!("{}/{{tid}}", bench.issuer.url());
        settings(&bench).issuer(issuer).tenants(tids).jwks_url(bench.issuer.jwks_url())
    };
    let of_tenant = |iss: &str, tid: &str| {
        bench.token().issuer(&format!("{}/{iss}", bench.issuer.url())).claim("tid", tid).sign()
    };
    let rows = [
        (limited.clone(), bench.token().sign(), Some("lifetime")),
        (limited, bench.token().without("iat").sign(), Some("lifetime")),
        (settings(&bench).strict_typ(true), bench.token().without("jti").sign(), Some("profile")),
        (settings(&bench).strict_typ(true), bench.token().without("iat").sign(), Some("profile")),
        (settings(&bench).strict_typ(true), bench.token().sign(), None),
        (tenants(), of_tenant("a", "a"), None),
        (tenants(), of_tenant("a", "b"), Some("iss")),
        (tenants(), of_tenant("c", "c"), Some("iss")),
    ];
    for (settings, token, name) in rows {
        let report = diagnose(settings.clone(), &token).token.unwrap();
        assert_eq!(failed(&report).map(|check| check.name), name);
        let verdict = settings.build().unwrap().validate(&token);
        assert_eq!(report.cause, verdict.err().map(|refusal| refusal.cause().name()), "{name:?}");
    }
}

/// The keys are at fault, not the token's form.
#[test]
fn a_published_key_that_does_not_fit_the_token_is_explained() {
    let other = SigningKey::generate(Algorithm::ES256);
    let rows: [(&str, serde_json::Value, bool, &str, &str); 3] = [
        ("several keys fit", json!({}), false, "no_key_id", "several of its keys fit"),
        (
            "another issuer's",
            json!({"issuer": "https://other.example.com"}),
            true,
            "unknown_key",
            "only for the tokens of another issuer",
        ),
        ("skipped", json!({"use": "enc"}), true, "unknown_key", "for encryption"),
    ];
    for (what, members, named, cause, remedy) in rows {
        let mut jwk = other.public_jwk();
        jwk.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let bench = Bench::with_issuer(|issuer| issuer.add_jwk(jwk), |builder| builder);
        let token = bench.token().signed_with(&other);
        let token = if named { token } else { token.without_header("kid") }.sign();
        let diagnosis = diagnose(settings(&bench), &token);
        let report = diagnosis.token.unwrap();
        let check = failed(&report).unwrap();
        assert_eq!((check.name, report.cause), ("key", Some(cause)), "{what}");
        assert!(check.remedy.as_ref().unwrap().contains(remedy), "{what}: {check:?}");
        assert!(!check.found.as_ref().unwrap().contains("\"\""), "{what}: {check:?}");
        let issuer = members.get("issuer").and_then(serde_json::Value::as_str);
        assert_eq!(diagnosis.issuers[0].keys[1].issuer.as_deref(), issuer, "{what}");
        assert_eq!(bench.validator.validate(&token).unwrap_err().cause().name(), cause, "{what}");
    }
}

#[test]
fn with_several_issuers_iss_selects_one_or_none() {
    let (a, b) = (Bench::new(), Bench::new());
    let both = || settings(&a).add_issuer(Issuer::new(b.issuer.url()).audiences([AUDIENCE, "only-b"]));
    let report = |token: String| diagnose(both(), &token);

    assert!(report(b.token().audience("only-b").sign()).ok);
    let foreign = report(a.token().issuer("https://stranger.example.com").sign());
    let token = foreign.token.unwrap();
    let check = failed(&token).unwrap();
    assert_eq!((check.name, token.cause), ("selection", Some("issuer")));
    let expected = check.expected.as_deref().unwrap();
    assert!(expected.contains(a.issuer.url()) && expected.contains(b.issuer.url()), "{expected}");
    assert!(foreign.issuers.iter().all(|issuer| issuer.ok));
    assert_eq!(failed(&report(a.token().audience("only-b").sign()).token.unwrap()).unwrap().name, "aud");

    b.issuer.behave(Endpoint::Jwks, Behaviour::Disconnect);
    let half = report(a.token().sign());
    let well: Vec<_> = half.issuers.iter().map(|issuer| issuer.ok).collect();
    assert_eq!((well, half.token.unwrap().valid, half.ok), (vec![true, false], true, false));
}

#[test]
fn small_differences_of_identifiers_are_explained() {
    let bench = Bench::new();
    let url = bench.issuer.url();
    let upper = AUDIENCE.to_uppercase();
    for (token, name, words) in [
        (bench.token().issuer(&format!("{url}/")), "iss", "the final slash"),
        (bench.token().issuer(&url.replace("http:", "https:")), "iss", "http and https"),
        (bench.token().audience(&format!("{AUDIENCE}/")), "aud", "the final slash"),
        (bench.token().audience(&upper), "aud", "upper and lower case"),
    ] {
        let report = diagnose(settings(&bench), &token.sign()).token.unwrap();
        let check = failed(&report).unwrap();
        assert_eq!(check.name, name);
        assert!(check.remedy.as_deref().unwrap().contains(words), "{check:?}");
    }
}

#[test]
fn a_long_identifier_does_not_cut_the_message_about_it() {
    let path = format!("/{}", "realm".repeat(30));
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).path(&path).start();
    let slashed = format!("{}/", issuer.url());
    let settings = ValidatorBuilder::default().audience(AUDIENCE).issuer(slashed);
    let fault = settings.diagnose(None).unwrap().issuers.remove(0).fault.unwrap();
    assert!(fault.what.ends_with("including a final slash"), "{}", fault.what);
    assert!(fault.remedy.contains("only in the final slash"), "{}", fault.remedy);
}

#[test]
fn every_key_is_reported_with_its_use_or_why_it_is_skipped() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    issuer.add_jwk(json!({"kty": "oct", "kid": "secret", "k": "c2VjcmV0LXNlY3JldA"}));
    issuer.add_jwk(json!({"kty": "RSA", "kid": "enc", "use": "enc"}));
    issuer.add_jwk(7);
    let settings = ValidatorBuilder::default().audience(AUDIENCE).issuer(issuer.url());
    let diagnosis = settings.clone().diagnose(None).unwrap();
    let report = &diagnosis.issuers[0];
    assert!(diagnosis.ok && diagnosis.token.is_none());
    assert_eq!(report.jwks_url.as_deref(), Some(issuer.jwks_url().as_str()));
    assert_eq!(report.discovery.len(), 1);
    assert!(report.discovery[0].found);
    let keys: Vec<_> =
        report.keys.iter().map(|key| (key.index, key.kid.as_deref(), key.skipped.is_some())).collect();
    let own = issuer.key(Algorithm::ES256);
    assert_eq!(
        keys,
        [(0, Some(own.kid()), false), (1, Some("secret"), true), (2, Some("enc"), true), (3, None, true)]
    );
    assert_eq!(report.keys[0].algorithms, ["ES256"]);
    let private = report.keys[1].skipped.as_deref().unwrap();
    assert!(private.contains("private key material"), "{private}");
    assert!(!serde_json::to_string(&diagnosis).unwrap().contains("c2VjcmV0LXNlY3JldA"));

    issuer.set_jwks(r#"{"keys":[{"kty":"RSA","kid":"enc","use":"enc"}]}"#);
    let unusable = settings.diagnose(Some(&issuer.token().sign())).unwrap();
    assert_eq!(unusable.issuers[0].keys.len(), 1, "also where none can be used");
    assert!(unusable.issuers[0].fault.as_ref().unwrap().what.contains("none of its 1 keys"));
    let token = unusable.token.unwrap();
    assert_eq!((failed(&token).unwrap().name, token.cause), ("key", Some("keys_unavailable")));
}

#[test]
fn every_location_of_metadata_is_reported_with_its_answer() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).path("/tenant/a").start();
    issuer.behave(Endpoint::OpenIdConfiguration, Behaviour::Html);
    issuer.behave(Endpoint::AuthorizationServer, Behaviour::Status(StatusCode::NOT_FOUND));
    issuer.behave(Endpoint::InsertedOpenIdConfiguration, Behaviour::Status(StatusCode::GONE));
    issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::NOT_FOUND));
    let settings = ValidatorBuilder::default().audience(AUDIENCE).issuer(issuer.url());
    let report = settings.clone().diagnose(None).unwrap().issuers.remove(0);
    let tried: Vec<_> = report.discovery.iter().map(|place| (place.found, place.answer.as_str())).collect();
    assert_eq!(
        tried,
        [(false, "200, but no issuer metadata"), (false, "404 Not Found"), (false, "410 Gone")]
    );
    let fault = report.fault.unwrap();
    assert!(fault.what.contains("404"), "{fault:?}");
    assert!(fault.remedy.contains("conventional URL"), "{fault:?}");
    assert!(!report.ok);

    issuer.behave(Endpoint::AuthorizationServer, Behaviour::Status(StatusCode::FORBIDDEN));
    let report = settings.diagnose(None).unwrap().issuers.remove(0);
    assert_eq!((report.discovery.len(), report.jwks_url), (3, None));
    let fault = report.fault.unwrap();
    assert!(
        fault.what.contains("/.well-known/oauth-authorization-server/tenant/a: the answer is 403"),
        "{fault:?}"
    );
    assert!(fault.remedy.contains("sends this instead of 404"), "{fault:?}");
}

#[test]
fn clocks_are_compared_by_the_date_of_the_answers() {
    for (now, ahead, ok) in
        [(600, 0, true), (660, 60, true), (661, 61, false), (1200, 600, false), (0, -600, false)]
    {
        let bench = Bench::new();
        bench.issuer.set_header(Endpoint::Jwks, "date", TEN_MINUTES_LATER);
        let clock = TestClock::new();
        clock.advance(Duration::from_secs(now));
        let diagnosis = settings(&bench).clock(clock).diagnose(None).unwrap();
        let report = &diagnosis.issuers[0].clock;
        assert_eq!((report.ahead_seconds, report.ok, diagnosis.ok), (Some(ahead), ok, ok), "{now}");
        assert_eq!(report.remedy.is_some(), !ok, "{now}");
    }
    let silent = Bench::new();
    let report = settings(&silent).diagnose(None).unwrap().issuers.remove(0);
    assert_eq!((report.clock.ahead_seconds, report.ok), (None, true));
}

#[test]
fn a_token_refused_by_a_wrong_clock_is_explained() {
    let bench = Bench::new();
    bench.issuer.set_header(Endpoint::Jwks, "date", TEN_MINUTES_LATER);
    bench.clock.advance(Duration::from_secs(600));
    let token = bench.token().sign();
    let fast = TestClock::at(bench.clock.unix_time() + Duration::from_secs(900));
    let slow = TestClock::at(bench.clock.unix_time().saturating_sub(Duration::from_secs(900)));
    for (clock, name, words) in [
        (fast, "exp", "by the issuer's clock, which is 900 s behind"),
        (slow, "iat", "this machine's clock is 900 s behind"),
    ] {
        let report = diagnose(settings(&bench).clock(clock), &token).token.unwrap();
        let check = failed(&report).unwrap();
        assert_eq!(check.name, name);
        assert!(check.remedy.as_deref().unwrap().contains(words), "{check:?}");
    }
}

#[test]
fn a_hostile_token_steers_no_terminal_and_its_signature_is_not_shown() {
    let bench = Bench::new();
    let hostile = "\u{1b}]0;owned\u{7}\u{202e}\r\n";
    let token = |builder: TokenBuilder| builder.sign();
    for token in [
        token(bench.token().issuer(hostile)),
        token(bench.token().audience(hostile)),
        token(bench.token().header("kid", hostile)),
        token(bench.token().header("typ", hostile)),
        token(bench.token().header("alg", hostile)),
        token(bench.token().subject(hostile)),
        token(bench.token().claim("exp", hostile)),
        token(bench.token()),
    ] {
        let report = serde_json::to_string(&diagnose(settings(&bench), &token)).unwrap();
        let signature = token.rsplit('.').next().unwrap();
        assert!(!report.contains(signature), "{report}");
        // Control characters, raw or as JSON escapes.
        for raw in ["\\u001b", "\\u0007", "\u{202e}", "\u{1b}", "\\r\""] {
            assert!(!report.replace("\\\\", "").contains(raw), "{raw:?}: {report}");
        }
    }
}

#[test]
fn keys_of_the_configuration_are_examined_without_a_request() {
    let bench = Bench::new();
    let asked = bench.issuer.requests().len();
    let token = bench.token().sign();
    bench.issuer.add_jwk(json!({"kty": "oct", "k": "c2VjcmV0", "kid": "symmetric"}));
    let diagnosis = diagnose(settings(&bench).jwks(bench.issuer.jwks()), &token);
    let [report] = diagnosis.issuers.as_slice() else { unreachable!("one issuer is configured") };
    assert!(diagnosis.ok && diagnosis.token.unwrap().valid);
    let skipped: Vec<bool> = report.keys.iter().map(|key| key.skipped.is_some()).collect();
    assert_eq!((skipped, report.jwks_url.as_ref()), (vec![false, true], None));
    assert_eq!(bench.issuer.requests().len(), asked);
}
