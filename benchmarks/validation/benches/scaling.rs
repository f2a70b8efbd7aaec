//! Validation with one validator on many threads, and with many keys in the JWK Set.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use axioms_core::{Algorithm, Validator, ValidatorBuilder};
use axioms_testing::{AUDIENCE, SigningKey};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};
use validation::Field;

fn field() -> Field {
    Field::new(&[Algorithm::ES256]).expect("a runtime")
}

fn builder(field: &Field) -> ValidatorBuilder {
    Validator::builder().audience(AUDIENCE).issuer(field.issuer.url()).jwks_url(field.issuer.jwks_url())
}

fn threads(criterion: &mut Criterion) {
    let field = field();
    let tokens: Vec<String> = (0..1000).map(|_| field.token(Algorithm::ES256).sign()).collect();
    let new = builder(&field).token_cache(0).build().expect("the settings are good");
    let cached = builder(&field).build().expect("the settings are good");
    for token in &tokens {
        assert!(cached.validate(token).is_ok());
    }
    for (name, validator, tokens) in [
        ("new tokens", &new, &tokens[..]),
        ("one cached token", &cached, &tokens[..1]),
        ("1,000 cached tokens", &cached, &tokens[..]),
    ] {
        let mut group = criterion.benchmark_group(name);
        for threads in [1, 2, 4, 8] {
            group.throughput(Throughput::Elements(threads));
            group.bench_function(BenchmarkId::from_parameter(threads), |bencher| {
                bencher.iter_custom(|count| together(validator, tokens, threads as usize, count));
            });
        }
    }
}

/// The time until each of this many threads has validated `count` tokens.
fn together(validator: &Validator, tokens: &[String], threads: usize, count: u64) -> Duration {
    let barrier = Barrier::new(threads + 1);
    thread::scope(|scope| {
        for thread in 0..threads {
            let barrier = &barrier;
            scope.spawn(move || {
                // Each thread starts at a different token.
                let tokens = tokens.iter().cycle().skip(thread * tokens.len() / threads);
                barrier.wait();
                for token in tokens.take(count as usize) {
                    assert!(validator.validate(black_box(token)).is_ok());
                }
                barrier.wait();
            });
        }
        barrier.wait();
        let start = Instant::now();
        barrier.wait();
        start.elapsed()
    })
}

/// The last key of the set signs.
fn keys(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("keys");
    for number in [1, 10, 100] {
        let field = field();
        let others = (1..number).map(|_| SigningKey::generate(Algorithm::ES256).public_jwk());
        let keys: Vec<Value> = others.chain([field.issuer.key(Algorithm::ES256).public_jwk()]).collect();
        field.issuer.set_jwks(json!({ "keys": keys }).to_string());
        let build = || builder(&field).token_cache(0).build().expect("the settings are good");
        let validator = build();
        let token = field.token(Algorithm::ES256).sign();
        group.bench_function(BenchmarkId::new("validate", number), |bencher| {
            bencher.iter(|| assert!(validator.validate(black_box(&token)).is_ok()));
        });
        group
            .bench_function(BenchmarkId::new("build", number), |bencher| bencher.iter_with_large_drop(build));
    }
}

criterion_group!(benches, threads, keys);
criterion_main!(benches);
