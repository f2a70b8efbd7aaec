//! Measures every contender in turns; prints nanoseconds per validation, round by round, as JSON.
//!
//! `time <rounds>`

#![forbid(unsafe_code)]

use std::time::Duration;

use in_process_peers::{ALGORITHMS, Contender, Field, Result};
use serde_json::{Value, json};

/// What a contender gets of each round.
const TURN: Duration = Duration::from_millis(2);

fn main() -> Result<()> {
    let rounds: usize = std::env::args().nth(1).ok_or("usage: time <rounds>")?.parse()?;
    let field = Field::new()?;
    let mut report = Vec::new();
    for algorithm in ALGORITHMS {
        let (mut contenders, reasons) = field.contenders(algorithm)?;
        let counts: Vec<u32> = contenders.iter_mut().map(calibrate).collect();
        let mut times = vec![Vec::with_capacity(rounds); contenders.len()];
        for _ in 0..rounds {
            for ((contender, count), times) in contenders.iter_mut().zip(&counts).zip(&mut times) {
                times.push(contender.time(*count).as_secs_f64() * 1e9 / f64::from(*count));
            }
        }
        let contenders: Vec<Value> = contenders
            .iter()
            .zip(times)
            .map(|(contender, ns)| json!({ "name": contender.name, "ns": ns }))
            .collect();
        report.push(json!({
            "algorithm": algorithm.name(),
            "bytes": field.token(algorithm).len(),
            "contenders": contenders,
            "left_out": reasons,
        }));
    }
    println!("{}", Value::from(report));
    Ok(())
}

/// How many validations fill a turn; that they run before anything counts warms everything up, too.
fn calibrate(contender: &mut Contender) -> u32 {
    let mut count = 1;
    loop {
        let time = contender.time(count);
        if time >= TURN {
            return (f64::from(count) * TURN.as_secs_f64() / time.as_secs_f64()).ceil() as u32;
        }
        count *= 2;
    }
}
