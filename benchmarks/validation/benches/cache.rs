//! Many tokens in use, one bounded memory for those that were verified.

use std::hint::black_box;
use std::time::{Duration, Instant};

use axioms_core::{Algorithm, Validator};
use axioms_testing::TokenBuilder;
use serde_json::{Value, json};

use crate::{Result, issuer, resident, validator};

/// Tokens are made in batches, apart from the measurement, and forgotten: they would take more memory than is measured.
const BATCH: usize = 500;

/// Sends every token once, then draws: each as likely as any other, and a few of them most of the time.
pub(crate) fn measure(number: u32, draws: u32) -> Result<Value> {
    // By EdDSA, the same claims make the same text again.
    let issuer = issuer(Algorithm::EdDSA);
    let template =
        issuer.token().scopes(["openid", "profile", "email", "read:messages"]).roles(["admin", "editor"]);
    let template = template.expires_in(Duration::from_secs(3600));
    let validator = validator(&issuer).build()?;
    send(&validator, &template, std::iter::repeat_n(0, BATCH));
    let before = resident();
    send(&validator, &template, 0..number);

    let mut random = Random(88_172_645_463_325_252);
    let flat: Vec<u32> = (0..draws).map(|_| place(random.fraction() * f64::from(number))).collect();
    // Zipf's law with exponent 1, nearly: the logarithm of the place is evenly distributed.
    let skewed: Vec<u32> = (0..draws).map(|_| place(f64::from(number).powf(random.fraction())) - 1).collect();
    let (flat, skewed) = (draw(&validator, &template, &flat), draw(&validator, &template, &skewed));
    let growth = resident().zip(before).map(|(after, before)| after.saturating_sub(before));
    Ok(json!({
        "number": number,
        "bytes": template.sign().len(),
        "flat": flat,
        "skewed": skewed,
        "cache_bytes": validator.stats().cache_bytes,
        "resident_growth": growth,
    }))
}

/// The share of hits, and nanoseconds per token batch by batch, of the second half of the draws: the first half settles the memory.
fn draw(validator: &Validator, template: &TokenBuilder, places: &[u32]) -> Value {
    let (settling, measured) = places.split_at(places.len() / 2);
    send(validator, template, settling.iter().copied());
    let before = validator.stats();
    let times = send(validator, template, measured.iter().copied());
    let after = validator.stats();
    #[allow(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let (hits, sent) = ((after.cache_hits - before.cache_hits) as f64, measured.len().max(1) as f64);
    json!({ "hits": hits / sent, "ns": times })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the number of tokens")]
fn place(value: f64) -> u32 {
    value as u32
}

/// Validates these tokens; the nanoseconds of each, batch by batch.
fn send(validator: &Validator, template: &TokenBuilder, places: impl Iterator<Item = u32>) -> Vec<f64> {
    let mut places = places.peekable();
    let mut times = Vec::new();
    while places.peek().is_some() {
        let batch = places.by_ref().take(BATCH);
        let tokens: Vec<String> =
            batch.map(|place| template.clone().claim("jti", format!("{place:012}")).sign()).collect();
        let start = Instant::now();
        for token in &tokens {
            assert!(validator.validate(black_box(token)).is_ok(), "the tokens are valid");
        }
        #[allow(clippy::cast_precision_loss, reason = "one batch")]
        times.push(start.elapsed().as_secs_f64() * 1e9 / tokens.len() as f64);
    }
    times
}

/// Marsaglia's xorshift: the same draws each time.
struct Random(u64);

impl Random {
    /// From 0 to 1.
    fn fraction(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        #[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
        let fraction = (self.0 >> 11) as f64 / (1_u64 << 53) as f64;
        fraction
    }
}
