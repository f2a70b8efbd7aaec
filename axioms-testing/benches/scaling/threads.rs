//! Many threads, one validator.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use axioms_core::{Algorithm, Validator};
use serde_json::{Value, json};

use crate::{Result, issuer, validator};

const THREADS: [usize; 4] = [1, 2, 4, 8];
/// How long the threads of one measurement run.
const TURN: Duration = Duration::from_millis(100);

/// Validations per second of all threads together.
pub(crate) fn measure(rounds: usize) -> Result<Value> {
    let issuer = issuer(Algorithm::ES256);
    let tokens: Vec<String> = (0..1000).map(|_| issuer.token().scopes(["read:messages"]).sign()).collect();
    let hot = tokens.get(..1).unwrap_or_default();
    let (cold, warm) = (validator(&issuer).token_cache(0).build()?, validator(&issuer).build()?);
    let mut cases = [
        ("first sight", &cold, &tokens[..], vec![Vec::new(); THREADS.len()]),
        ("seen before, one token", &warm, hot, vec![Vec::new(); THREADS.len()]),
        ("seen before, 1,000 tokens", &warm, &tokens[..], vec![Vec::new(); THREADS.len()]),
    ];
    for token in &tokens {
        warm.validate(token)?;
    }
    for _ in 0..rounds {
        for (_, validator, tokens, rates) in &mut cases {
            for (threads, rates) in THREADS.into_iter().zip(rates) {
                rates.push(rate(validator, tokens, threads));
            }
        }
    }
    let cases = cases.map(|(name, _, _, rates)| {
        let rates: Vec<Value> = THREADS
            .iter()
            .zip(rates)
            .map(|(threads, rates)| json!({ "threads": threads, "per_second": rates }))
            .collect();
        json!({ "name": name, "rates": rates })
    });
    Ok(json!({ "cores": thread::available_parallelism()?.get(), "cases": cases }))
}

fn rate(validator: &Validator, tokens: &[String], threads: usize) -> f64 {
    let barrier = Barrier::new(threads);
    let rates: Vec<f64> = thread::scope(|scope| {
        let work = |thread: usize| {
            let barrier = &barrier;
            move || {
                // Each thread starts at another token.
                let mut next = tokens.iter().cycle().skip(thread * tokens.len() / threads);
                barrier.wait();
                let start = Instant::now();
                let mut count = 0_u32;
                while start.elapsed() < TURN {
                    for token in next.by_ref().take(16) {
                        assert!(validator.validate(black_box(token)).is_ok(), "the tokens are valid");
                    }
                    count += 16;
                }
                f64::from(count) / start.elapsed().as_secs_f64()
            }
        };
        let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(work(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
    });
    rates.iter().sum()
}
