//! The cost of refusing a token, next to verifying an RS256 signature: hostile tokens of every
//! kind, up to the maximum length. A refusal is also an event of `tracing`, measured without a
//! subscriber (`quiet`) and with one that formats it (`logged`).

use std::hint::black_box;

use axioms_core::{Algorithm, Validator};
use axioms_testing::{AUDIENCE, SigningKey};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use validation::{Bare, Field, rounds};

/// Payloads of maximum length that are the most expensive to read: the smallest values, in claims that
/// are read and in claims that are not. Most pass every check before the key.
fn worst_payloads(issuer: &str) -> Vec<(&'static str, String)> {
    let begin = |aud: &str, sub: &str| {
        format!(r#"{{"iss":"{issuer}","aud":[{aud}],"sub":"{sub}","exp":4102444800,"jti":"j""#)
    };
    let ours = format!(r#""{AUDIENCE}""#);
    let open = begin(&ours, "user-1");
    let list = |claim: &str, item: &str, count: usize| {
        format!(r#"{open},"{claim}":[{}]}}"#, vec![item; count].join(","))
    };
    let members = |count: usize, name: fn(usize) -> String| {
        let members: Vec<_> = (0..count).map(|n| format!("{}:1", name(n))).collect();
        format!("{open},{}}}", members.join(","))
    };
    let escapes = |claim: &str| format!(r#"{open},"{claim}":"{}"}}"#, r"\u0061".repeat(1200));
    let long = "x".repeat(70);
    let audiences =
        [vec![format!(r#""\u0061{long}""#); 48], vec![format!(r#""{long}""#); 80]].concat().join(",");
    let worst = [
        ("16 KiB: 1,200 permissions", list("permissions", r#""p""#, 1200)),
        ("16 KiB: 5,000 permissions", list("permissions", "1", 5000)),
        ("16 KiB: 1,200 floats", list("permissions", "-1.5e+12", 1200)),
        ("16 KiB: 128 audiences, 48 escapes", begin(&audiences, "user-1") + "}"),
        ("16 KiB: 1,200 audiences", begin(&vec![r#""a""#; 1200].join(","), "user-1") + "}"),
        ("16 KiB: a subject of two-byte characters", begin(&ours, &"é".repeat(5000)) + "}"),
        ("16 KiB: 1,200 empty arrays", list("a", "[]", 1200)),
        ("16 KiB: 300 objects", list("a", r#"{"a":1}"#, 300)),
        ("16 KiB: 200 claims", members(200, |n| format!(r#""c{n}""#))),
        ("16 KiB: 200 claims, two-byte names", members(200, |n| format!(r#""é{n}""#))),
        ("16 KiB: 47 claims, escaped", members(47, |n| format!(r#""\u0063{n}""#))),
        ("16 KiB: 1,100 claims", members(1100, |n| format!(r#""{n}""#))),
        ("16 KiB: 1,200 escapes", escapes("jwt")),
        ("16 KiB: 400 escapes in a name", format!(r#"{open},"{}":1}}"#, r"\u0061".repeat(400))),
        ("16 KiB: 90 objects of four", list("a", r#"{"aa":1,"ab":1,"ac":1,"ad":1}"#, 90)),
        ("16 KiB: a number of 11,000 digits", format!(r#"{open},"n":{}}}"#, "1".repeat(11_000))),
        ("16 KiB: 8,000 arrays in arrays", format!(r#"{open},"deep":{}"#, "[".repeat(8000))),
    ];
    // Text fills the rest of the length; it costs only its base64.
    let pad = |(name, payload): (_, String)| {
        let padding = "x".repeat(11_500_usize.saturating_sub(payload.len()));
        (name, format!(r#"{},"pad":"{padding}"}}"#, payload.trim_end_matches('}')))
    };
    worst.map(pad).into()
}

fn refusals(criterion: &mut Criterion) {
    let field = Field::new(&[Algorithm::RS256]).expect("a runtime");
    let token = || field.token(Algorithm::RS256);
    let validator = Validator::builder().audience(AUDIENCE).issuer(field.issuer.url());
    let validator = validator.build().expect("the settings are good");
    let stranger = SigningKey::generate(Algorithm::RS256);
    let (signed, other) = (token().sign(), token().subject("another").sign());
    let (text, _) = signed.rsplit_once('.').expect("a token");
    let (_, signature) = other.rsplit_once('.').expect("a token");
    let mut refused = vec![
        ("garbage of 700 bytes", "x".repeat(700)),
        ("17 KB", "e".repeat(17 * 1024)),
        ("1 MB", "e".repeat(1024 * 1024)),
        ("alg is none", token().unsigned()),
        ("alg is HS256", token().sign_hs256(b"secret")),
        ("another issuer", token().issuer("https://issuer.example.com").sign()),
        ("expired", token().expired().sign()),
        ("another audience", token().audience("https://other.example.com").sign()),
        ("unknown kid, within the cool-down", token().signed_with(&stranger).sign()),
        // A valid signature of the issuer's key, over another text.
        ("a forged signature", format!("{text}.{signature}")),
        (
            "16 KiB: a kid of two-byte characters",
            token().signed_with(&stranger).header("kid", "é".repeat(5500)).sign(),
        ),
    ];
    let worst = worst_payloads(field.issuer.url()).into_iter();
    // Every check before the signature passes except the last: no key has this kid.
    refused.extend(
        worst.map(|(name, payload)| (name, token().signed_with(&stranger).raw_payload(payload).sign())),
    );
    let bare = Bare::new(&field, Algorithm::RS256).expect("a signature");
    for group in ["quiet", "logged"] {
        if group == "logged" {
            tracing_subscriber::fmt().with_writer(std::io::sink).init();
        }
        let mut group = criterion.benchmark_group(group);
        for round in 0..rounds() {
            group.bench_function(BenchmarkId::new("aws-lc-rs", round), |bencher| {
                bencher.iter(|| bare.verify());
            });
            for (name, token) in &refused {
                // The first one may cause a fetch.
                assert!(validator.validate(token).is_err(), "{name}: accepted");
                let id = BenchmarkId::new(*name, round);
                group.bench_function(id, |bencher| {
                    bencher.iter(|| validator.validate(black_box(token)).is_err());
                });
            }
        }
    }
    // Refused tokens are not cached, so a forged token costs its verification each time.
    assert_eq!((validator.stats().cache_bytes, validator.stats().cache_hits), (0, 0), "refusals are cached");
}

criterion_group!(benches, refusals);
criterion_main!(benches);
