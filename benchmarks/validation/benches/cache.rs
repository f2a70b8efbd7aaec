//! The cache of verified tokens with default settings, by the number of tokens in use: the share of
//! hits, and the bytes of the cache, as JSON.

use axioms_core::{Algorithm, Validator};
use axioms_testing::AUDIENCE;
use serde_json::{Value, json};
use validation::{Field, Result};

/// Tokens sent per distribution.
const DRAWS: u32 = 30_000;

fn main() -> Result<()> {
    let field = Field::new(&[Algorithm::EdDSA])?;
    let mut report = Vec::new();
    for number in [100, 1000, 3000, 10_000, 30_000, 100_000] {
        let validator = Validator::builder().audience(AUDIENCE).issuer(field.issuer.url()).build()?;
        // EdDSA is deterministic, so equal claims give the same token; its times are those of this
        // template.
        let template = field.token(Algorithm::EdDSA);
        let send = |place: u32| {
            let token = template.clone().claim("jti", format!("{place:012}"));
            validator.validate(&token.sign()).map(drop)
        };
        (0..number).try_for_each(send)?;
        let mut random = Random(88_172_645_463_325_252);
        let mut share = |draw: &dyn Fn(f64) -> f64| -> Result<f64> {
            (0..DRAWS).try_for_each(|_| send(draw(random.fraction()) as u32))?;
            let before = validator.stats().cache_hits;
            (0..DRAWS).try_for_each(|_| send(draw(random.fraction()) as u32))?;
            Ok((validator.stats().cache_hits - before) as f64 / f64::from(DRAWS))
        };
        let flat = share(&|fraction| fraction * f64::from(number))?;
        // Approximately Zipf's law with exponent 1: the logarithm of the rank is uniform.
        let skewed = share(&|fraction| f64::from(number).powf(fraction) - 1.0)?;
        let bytes = validator.stats().cache_bytes;
        report.push(json!({ "tokens": number, "flat": flat, "skewed": skewed, "bytes": bytes }));
    }
    println!("{}", Value::from(report));
    Ok(())
}

/// Marsaglia's xorshift, which draws the same numbers in each run.
struct Random(u64);

impl Random {
    /// From 0 to 1.
    fn fraction(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}
