//! Any header on the first line, and any payload, with a valid signature, so that every check after
//! it is reached. An accepted token has no repeated member, expires at a finite time, and has the
//! configured issuer, audience and type.
#![no_main]

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use axioms_core::{AccessToken, Algorithm, Issuer, RefusalCause, Validator};
use axioms_fuzz::{first_line, strict, watch_log};
use axioms_testing::{AUDIENCE, ISSUER, SigningKey, TestClock};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

struct Bench {
    key: SigningKey,
    /// One validator for RFC 9068, and one that accepts as much as it can.
    strict: Validator,
    lenient: Validator,
}

/// The `iat` of the seeds.
const NOW: Duration = Duration::from_secs(1_800_000_000);
const LEEWAY: Duration = Duration::from_secs(60);

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let key = SigningKey::generate(Algorithm::EdDSA).with_kid("k");
    let clock = TestClock::at(NOW);
    let keys = json!({ "keys": [key.public_jwk()] }).to_string();
    let builder = || Validator::builder().audiences([AUDIENCE, "a"]).clock(clock.clone()).jwks(keys.clone());
    let strict = builder()
        .issuer(ISSUER)
        .jwks(keys.clone())
        .strict_typ(true)
        .max_token_lifetime(Duration::from_secs(3600));
    let lenient = builder()
        .issuer(Issuer::default().any_issuer(true))
        .jwks(keys.clone())
        .roles_claims(["/a/0", "roles"]);
    Bench { key, strict: strict.build().unwrap(), lenient: lenient.build().unwrap() }
});

fuzz_target!(|text: &str| {
    let (header, payload) = first_line(text);
    let header = if header.is_empty() { r#"{"alg":"EdDSA","kid":"k","typ":"at+jwt"}"# } else { header };
    let sent = BENCH.key.sign_segments(&URL_SAFE_NO_PAD.encode(header), &URL_SAFE_NO_PAD.encode(payload));
    let ((lenient, strict_one), logged) =
        watch_log(|| (BENCH.lenient.validate(&sent), BENCH.strict.validate(&sent)));
    assert!(!logged.contains(&sent));
    for refusal in [&lenient, &strict_one].into_iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert!(matches!(refusal.cause(), RefusalCause::InvalidToken(_)), "{refusal}");
    }
    if let Ok(token) = &lenient {
        accepted(token, header, payload);
        // This time from the cache.
        let again = BENCH.lenient.validate(&sent).expect("the same token at the same time");
        assert_eq!(again.expires_at(), token.expires_at());
    }
    if let Ok(token) = &strict_one {
        assert!(lenient.is_ok(), "only the strict one accepts it");
        assert_eq!(token.issuer(), Some(ISSUER));
        assert!(token.subject().is_some() && token.client_id().is_some() && token.jwt_id().is_some());
        let lives = token.expires_at().unwrap().duration_since(token.issued_at().unwrap()).unwrap();
        assert!(lives <= Duration::from_secs(3600));
    }
});

fn accepted(token: &AccessToken, header: &str, payload: &str) {
    assert_ne!(strict(header.as_bytes()), Some(false));
    assert_ne!(strict(payload.as_bytes()), Some(false));
    let now = SystemTime::UNIX_EPOCH + NOW;
    assert!(token.expires_at().is_some_and(|end| end + LEEWAY > now));
    assert!(token.issued_at().is_none_or(|issued| issued <= now + LEEWAY));
    assert!(token.audiences().iter().any(|aud| [AUDIENCE, "a"].contains(&&**aud)));
    assert!(!format!("{token:?}").contains(char::is_control));
    assert_eq!(
        (token.algorithm(), token.key_id().is_none_or(|kid| kid == "k")),
        (Some(Algorithm::EdDSA), true)
    );
    let (Ok(header), Ok(payload)) =
        (serde_json::from_str::<Value>(header), serde_json::from_str::<Value>(payload))
    else {
        return;
    };
    for parameter in ["crit", "b64", "zip"] {
        assert!(header.get(parameter).is_none(), "{parameter}");
    }
    let typ = header.get("typ").map(|typ| typ.as_str().expect("a string").to_ascii_lowercase());
    let typ = typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    assert!(matches!(typ, None | Some("jwt" | "at+jwt")), "{typ:?}");
    assert!(payload["exp"].is_number() && payload.get("nbf").is_none_or(Value::is_number));
    for claim in ["cnf", "at_hash", "c_hash", "s_hash", "status_list", "token_introspection"] {
        assert!(payload.get(claim).is_none(), "{claim}");
    }
    assert_eq!(token.subject(), payload["sub"].as_str());
    assert_eq!(token.issuer(), payload["iss"].as_str());
    if let Some(text) = payload["scope"].as_str() {
        assert_eq!(
            token.scopes().collect::<Vec<_>>(),
            text.split(' ').filter(|one| !one.is_empty()).collect::<Vec<_>>()
        );
    }
    let _ =
        (token.roles().count(), token.permissions().count(), token.client_id(), token.claim::<Value>("a"));
}
