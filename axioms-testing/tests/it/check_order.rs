//! `ValidatorBuilder::diagnose` lists the checks in the order in which a validator makes them.

use std::time::Duration;

use axioms_core::diagnosis::Status;
use axioms_core::{Algorithm, Clock as _};
use axioms_testing::{AUDIENCE, SigningKey};
use serde_json::{Map, Value, json};

use crate::common::{Bench, builder};

/// A token that may have several faults.
struct Draft {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    repeated: bool,
    padded: bool,
}

impl Draft {
    fn parameter(&mut self, name: &str, value: impl Into<Value>) {
        self.header.insert(name.to_owned(), value.into());
    }

    fn claim(&mut self, name: &str, value: impl Into<Value>) {
        self.claims.insert(name.to_owned(), value.into());
    }
}

/// One fault per check: its name, and the member that it changes.
type Fault = (&'static str, &'static str, fn(&mut Draft));

const FAULTS: [Fault; 21] = [
    ("size", "x", |draft| draft.claim("x", "x".repeat(20_000))),
    ("shape", "=", |draft| draft.padded = true),
    ("json", "y", |draft| draft.repeated = true),
    ("selection", "iss", |draft| draft.claim("iss", 1)),
    ("crit", "crit", |draft| draft.parameter("crit", json!(["exp"]))),
    ("alg", "alg", |draft| draft.parameter("alg", "RS999")),
    ("typ", "typ", |draft| draft.parameter("typ", "JWT")),
    ("cty", "cty", |draft| draft.parameter("cty", "JWT")),
    ("kid", "kid", |draft| draft.parameter("kid", 1)),
    ("iss", "tid", |draft| draft.claim("tid", "another")),
    ("aud", "aud", |draft| draft.claim("aud", "https://other.example.com")),
    ("kind", "at_hash", |draft| draft.claim("at_hash", "x")),
    ("dates", "nbf", |draft| draft.claim("nbf", "soon")),
    ("exp", "exp", |draft| draft.claim("exp", 1)),
    ("nbf", "nbf", |draft| draft.claim("nbf", 250_000_000_000_u64)),
    ("iat", "iat", |draft| draft.claim("iat", 1_767_225_700_u64)),
    ("lifetime", "exp", |draft| draft.claim("exp", 1_800_000_000_u64)),
    ("sub", "sub", |draft| draft.claim("sub", "a\u{202e}b")),
    ("profile", "jti", |draft| draft.claim("jti", 1)),
    ("key", "kid", |draft| draft.parameter("kid", "unknown")),
    ("signature", "z", |draft| draft.claim("z", "changed")),
];

/// Of two faults, the validator reports the one that it checks first, which must come earlier in
/// the list.
#[test]
fn of_two_faults_the_earlier_check_fails() {
    let bench = Bench::new();
    let settings = builder(&bench.issuer, &bench.clock)
        .issuer(format!("{}/{{tid}}", bench.issuer.url()))
        .tenants(["a"])
        .jwks_url(bench.issuer.jwks_url())
        .strict_typ(true)
        .max_token_lifetime(Duration::from_secs(7200));
    let key = bench.issuer.key(Algorithm::ES256);
    let seconds = bench.clock.unix_time().as_secs();
    // The kid belongs to the key; the signature is another key's if the fault says so.
    let twin = SigningKey::generate(Algorithm::ES256).with_kid(key.kid());
    let token = |faults: &[Fault]| {
        let mut draft = Draft { header: Map::new(), claims: Map::new(), repeated: false, padded: false };
        draft.parameter("alg", "ES256");
        draft.parameter("typ", "at+jwt");
        draft.parameter("kid", key.kid());
        draft.claim("iss", format!("{}/a", bench.issuer.url()));
        for (name, value) in
            [("tid", "a"), ("aud", AUDIENCE), ("sub", "alice"), ("client_id", "c"), ("jti", "j")]
        {
            draft.claim(name, value);
        }
        draft.claim("iat", seconds);
        draft.claim("exp", seconds + 3600);
        for (_, _, change) in faults {
            change(&mut draft);
        }
        let (header, mut payload) = (json!(draft.header).to_string(), json!(draft.claims).to_string());
        if draft.repeated {
            payload.insert_str(1, r#""y":1,"y":2,"#);
        }
        let signer = if draft.claims.contains_key("z") { &twin } else { &key };
        let token = bench.token().signed_with(signer).raw_header(header);
        token.raw_payload(payload).sign() + if draft.padded { "=" } else { "" }
    };
    let failed_at = |faults: &[Fault]| {
        let checks = settings.clone().diagnose(Some(&token(faults))).unwrap().token.unwrap().checks;
        let failed = checks.iter().find(|check| check.status == Status::Failed).map(|check| check.name);
        (checks.iter().map(|check| check.name).collect::<Vec<_>>(), failed)
    };
    let (order, none) = failed_at(&[]);
    assert_eq!(none, None);
    assert_eq!(order, FAULTS.map(|(name, ..)| name), "each check has its fault here");
    for (at, one) in FAULTS.iter().enumerate() {
        for other in FAULTS[at..].iter().filter(|other| other.0 == one.0 || other.1 != one.1) {
            assert_eq!(failed_at(&[*one, *other]).1, Some(one.0), "{} and {}", one.0, other.0);
        }
    }
}
