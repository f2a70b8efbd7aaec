//! The content of tokens from a builder.

use axioms_core::SystemClock;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::TestClock;

fn builder() -> TokenBuilder {
    builder_on(Arc::new(TestClock::at(Duration::from_secs(10_000))))
}

fn builder_on(clock: Arc<dyn Clock>) -> TokenBuilder {
    let key = SigningKey::generate(Algorithm::ES256).with_kid("k1");
    TokenBuilder::new("https://issuer.test", key.clone(), vec![key], clock)
}

fn bytes(token: &str, segment: usize) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(token.split('.').nth(segment).unwrap()).unwrap()
}

fn object(token: &str, segment: usize) -> Value {
    serde_json::from_slice(&bytes(token, segment)).unwrap()
}

#[test]
fn a_token_starts_as_rfc_9068_asks() {
    let token = builder().sign();
    assert_eq!(object(&token, 0), json!({ "alg": "ES256", "kid": "k1", "typ": "at+jwt" }));
    let mut claims = object(&token, 1);
    assert!(claims.as_object_mut().unwrap().remove("jti").unwrap().is_string());
    let expected = json!({
        "iss": "https://issuer.test",
        "aud": AUDIENCE,
        "sub": "user-1",
        "client_id": "client-1",
        "iat": 10_000,
        "exp": 10_300,
    });
    assert_eq!(claims, expected);
}

#[test]
fn grants_take_the_shape_that_providers_give_them() {
    let token = builder().scopes(["a", "b"]).roles(["r"]).permissions(["p", "q"]).sign();
    let claims = object(&token, 1);
    assert_eq!(claims["scope"], "a b");
    assert_eq!(claims["roles"], json!(["r"]));
    assert_eq!(claims["permissions"], json!(["p", "q"]));
}

#[test]
fn dates_are_whole_seconds_on_every_clock() {
    let clocks: [Arc<dyn Clock>; 4] = [
        Arc::new(SystemClock::new()),
        Arc::new(TestClock::at(Duration::from_secs(10_000))),
        Arc::new(TestClock::at(Duration::from_millis(10_000_750))),
        Arc::new(TestClock::at(Duration::from_nanos(10_000_999_999_999))),
    ];
    let mints: [fn(TokenBuilder) -> TokenBuilder; 4] = [
        |token| token,
        |token| token.expires_in(Duration::from_secs(5)),
        |token| token.expires_in(Duration::ZERO),
        TokenBuilder::expired,
    ];
    for clock in clocks {
        for mint in mints {
            let claims = object(&mint(builder_on(clock.clone())).sign(), 1);
            assert!(claims["iat"].is_u64() && claims["exp"].is_u64(), "{clock:?}: {claims}");
        }
    }
}

#[test]
fn expiry_follows_the_clock() {
    let clock: Arc<dyn Clock> = Arc::new(TestClock::at(Duration::from_millis(10_000_750)));
    let token = || builder_on(clock.clone());
    let exp = |token: TokenBuilder| object(&token.sign(), 1)["exp"].clone();
    assert_eq!(exp(token()), 10_300);
    assert_eq!(exp(token().expires_in(Duration::from_secs(5))), 10_005);
    let expired = object(&token().expired().sign(), 1);
    assert_eq!((&expired["iat"], &expired["exp"]), (&json!(2_800), &json!(6_400)));
}

#[test]
fn a_fraction_is_minted_where_a_test_asks_for_it() {
    let clock = Arc::new(TestClock::at(Duration::from_millis(10_000_250)));
    let token = builder_on(clock).expires_in(Duration::from_millis(500)).claim("iat", 9_999.5);
    let claims = object(&token.sign(), 1);
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(9_999.5), &json!(10_000.75)));
}

#[test]
fn the_header_can_lie_whatever_the_order_of_calls() {
    let stranger = SigningKey::generate(Algorithm::EdDSA).with_kid("k2");
    let token = builder().header("alg", "RS256").without_header("kid").signed_with(&stranger).sign();
    assert_eq!(object(&token, 0), json!({ "alg": "RS256", "typ": "at+jwt" }));
}

#[test]
fn raw_text_is_signed_as_it_stands() {
    let (header, payload) = (r#"{"alg":"ES256","alg":"none"}"#, b"{\"exp\":1e999}\xFF");
    let token = builder().raw_header(header).raw_payload(payload).sign();
    assert_eq!((bytes(&token, 0), bytes(&token, 1)), (header.into(), payload.to_vec()));
    assert_eq!(bytes(&token, 2).len(), 64);
}

/// The example of RFC 7515 appendix A.1.
#[test]
fn hs256_is_keyed_by_any_bytes() {
    const KEY: &str =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let token = builder()
        .raw_header("{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}")
        .raw_payload("{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}")
        .sign_hs256(&URL_SAFE_NO_PAD.decode(KEY).unwrap());
    assert!(token.ends_with(".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "{token}");
    assert_eq!(object(&builder().sign_hs256(b"x"), 0)["alg"], "HS256");
}

#[test]
fn an_unsigned_token_ends_in_an_empty_segment() {
    let token = builder().header("alg", "nOnE").unsigned();
    assert_eq!(object(&token, 0)["alg"], "nOnE");
    assert!(token.ends_with('.'));
    assert_eq!(token.matches('.').count(), 2);
}

#[test]
#[should_panic(expected = "this issuer has no key for RS256")]
fn an_algorithm_without_a_key_is_named() {
    let _ = builder().algorithm(Algorithm::RS256);
}
