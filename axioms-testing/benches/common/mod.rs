//! Measuring in turns: a round gives each case a moment, and the next round starts over.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// What a case gets of each round.
const TURN: Duration = Duration::from_millis(2);

/// Something to do many times, and whether it came out as it should.
pub(crate) struct Case<'a> {
    pub(crate) name: &'static str,
    pub(crate) run: Box<dyn FnMut() -> bool + 'a>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(name: &'static str, run: impl FnMut() -> bool + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }

    /// Nanoseconds for each of so many times.
    fn time(&mut self, count: u32) -> f64 {
        let start = Instant::now();
        let mut good = true;
        for _ in 0..count {
            good &= (self.run)();
        }
        let time = start.elapsed();
        assert!(black_box(good), "{}: not what was expected", self.name);
        time.as_secs_f64() * 1e9 / f64::from(count)
    }

    /// How many times fill a turn. The first time of all may wait for keys, and says nothing of the others.
    fn calibrate(&mut self) -> u32 {
        self.time(1);
        let mut count = 1;
        loop {
            let turn = TURN.as_secs_f64() * 1e9;
            let time = self.time(count);
            if time * f64::from(count) >= turn {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
                return (turn / time).ceil() as u32;
            }
            count *= 2;
        }
    }
}

/// The nanoseconds of every case, round by round.
pub(crate) fn measure(mut cases: Vec<Case<'_>>, rounds: usize) -> Value {
    let counts: Vec<u32> = cases.iter_mut().map(Case::calibrate).collect();
    let mut times = vec![Vec::with_capacity(rounds); cases.len()];
    for _ in 0..rounds {
        for ((case, count), times) in cases.iter_mut().zip(&counts).zip(&mut times) {
            times.push(case.time(*count));
        }
    }
    cases.iter().zip(times).map(|(case, ns)| json!({ "name": case.name, "ns": ns })).collect()
}
