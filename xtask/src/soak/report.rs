//! What a run has counted, as a table, and whether it passes.

use std::error::Error;
use std::time::Duration;

use axioms_testing::TestIssuer;

use super::cold::Outcome;
use super::kind::{Kind, STATUSES};
use super::lanes::Lanes;

const MINUTE: Duration = Duration::from_secs(60);
/// In a shorter run the keys do not get to the end of their lives, and the second minute is the last one.
const WHOLE: Duration = Duration::from_secs(180);
/// The server's memory may grow by this much from the second minute to the last, in parts of a hundred: an allocator
/// is not perfectly still.
const GROWTH: u64 = 5;
/// A cold server tries again after at most a minute, and has then to fetch.
const RECOVERY: Duration = Duration::from_secs(65);

/// The server and its traffic at one time.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) at: Duration,
    /// In KiB.
    pub(crate) resident: u64,
    pub(crate) cpu: Duration,
    pub(crate) requests: u64,
    pub(crate) fetches: usize,
}

/// A run, as it is measured.
#[derive(Debug, Default)]
pub(crate) struct Report {
    samples: Vec<Sample>,
    pub(crate) elapsed: Duration,
    /// The processor time of the server: before the run at first, of the run at its end.
    pub(crate) cpu: Duration,
    pub(crate) cold: Option<Outcome>,
    pub(crate) outages: usize,
    pub(crate) rotations: u32,
    pub(crate) withdrawals: u32,
}

impl Report {
    pub(crate) fn new(cpu: Duration) -> Self {
        Self { cpu, ..Self::default() }
    }

    pub(crate) fn samples(&self) -> u32 {
        u32::try_from(self.samples.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn add(&mut self, sample: Sample) {
        if let Some(last) = self.samples.last() {
            let seconds = sample.at.saturating_sub(last.at).as_secs_f64();
            println!(
                "{:>5} s  {:>6} requests/s  {:>3.0} % of a core  {:>6} KiB resident  {:>3} fetches",
                sample.at.as_secs(),
                per_second(sample.requests - last.requests, seconds),
                sample.cpu.saturating_sub(last.cpu).as_secs_f64() / seconds * 100.0,
                sample.resident,
                sample.fetches,
            );
        }
        self.samples.push(sample);
    }

    pub(crate) fn print(&self, lanes: &Lanes, issuer: &TestIssuer) {
        print!("\n{:<26}{:>12}", "token", "sent");
        for status in STATUSES {
            print!("{status:>11}");
        }
        println!("{:>8}{:>8}{:>8}", "other", "lost", "wrong");
        for kind in Kind::ALL {
            let row = lanes.tally.row(kind);
            print!("{:<26}{:>12}", kind.name(), row.iter().sum::<u64>());
            for (place, count) in row.iter().enumerate() {
                print!("{count:>0$}", if place < STATUSES.len() { 11 } else { 8 });
            }
            println!("{:>8}", lanes.tally.wrong(kind));
        }
        let seconds = self.elapsed.as_secs_f64();
        let latencies = lanes.latencies();
        println!("\nrequests/s               {}", per_second(lanes.tally.total(), seconds));
        println!("server, of one core      {:.1} %", self.cpu.as_secs_f64() / seconds * 100.0);
        println!(
            "latency of valid tokens  p50 {} us, p99 {} us, p99.9 {} us, longest {} us",
            latencies.quantile(0.5).as_micros(),
            latencies.quantile(0.99).as_micros(),
            latencies.quantile(0.999).as_micros(),
            latencies.quantile(1.0).as_micros(),
        );
        println!(
            "issuer                   {} rotations, {} withdrawals, {} outages, {} fetches of keys in {} requests",
            self.rotations,
            self.withdrawals,
            self.outages,
            issuer.fetches(),
            issuer.requests().len(),
        );
        if let Some(cold) = &self.cold {
            println!(
                "cold server              {} x 503 while the issuer was down, then {} accepted, {} wrong; {}",
                cold.unavailable,
                cold.accepted,
                cold.wrong,
                cold.recovered.map_or_else(
                    || "not recovered".to_owned(),
                    |time| format!("recovered {:.1} s after the issuer", time.as_secs_f64())
                ),
            );
        }
        match self.growth() {
            Some((before, after)) => println!(
                "resident memory          {before} KiB in the second minute, {after} KiB in the last ({:+.2} %)",
                change(before, after)
            ),
            None => println!("resident memory          compared from three minutes on"),
        }
    }

    /// # Errors
    /// With everything that should not have happened.
    pub(crate) fn verdict(&self, lanes: &Lanes) -> Result<(), Box<dyn Error>> {
        let mut violations: Vec<String> = Kind::ALL
            .into_iter()
            .map(|kind| (kind, lanes.tally.wrong(kind)))
            .filter(|(_, wrong)| *wrong > 0)
            .map(|(kind, wrong)| format!("{}: {wrong} answers are not {:?}", kind.name(), kind.right()))
            .collect();
        if self.elapsed >= WHOLE {
            let unseen = Kind::ALL.into_iter().filter(|kind| lanes.tally.row(*kind).iter().sum::<u64>() == 0);
            violations.extend(unseen.map(|kind| format!("{}: none was sent", kind.name())));
        }
        match &self.cold {
            Some(cold) => {
                let on_time = cold.recovered.is_some_and(|time| time <= RECOVERY);
                if cold.wrong > 0 || cold.unavailable == 0 || !on_time {
                    violations.push(format!("the cold server: {cold:?}"));
                }
            }
            None => violations.push("no server was started while the issuer was down".to_owned()),
        }
        if let Some((before, after)) = self.growth()
            && after * 100 > before * (100 + GROWTH)
        {
            violations.push(format!("memory grew by more than {GROWTH} %"));
        }
        if violations.is_empty() {
            println!("\npassed");
            return Ok(());
        }
        Err(format!("\n{} violations:\n{}", violations.len(), violations.join("\n")).into())
    }

    /// The median of the resident memory in the second minute and in the last one.
    fn growth(&self) -> Option<(u64, u64)> {
        if self.elapsed < WHOLE {
            return None;
        }
        let last = self.elapsed.saturating_sub(MINUTE);
        Some((self.median(MINUTE, 2 * MINUTE)?, self.median(last, self.elapsed)?))
    }

    fn median(&self, from: Duration, to: Duration) -> Option<u64> {
        let within = self.samples.iter().filter(|sample| (from..to).contains(&sample.at));
        let mut values: Vec<u64> = within.map(|sample| sample.resident).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied()
    }
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of requests are far below 2^52"
)]
fn per_second(requests: u64, seconds: f64) -> u64 {
    (requests as f64 / seconds) as u64
}

#[allow(clippy::cast_precision_loss, reason = "KiB of one process are far below 2^52")]
fn change(before: u64, after: u64) -> f64 {
    (after as f64 / before as f64 - 1.0) * 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_that_of_the_medians() {
        let mut report = Report::default();
        for second in (0..300).step_by(10) {
            let resident = match second {
                0..60 => 10,
                // One sample that is out of line changes nothing.
                70 => 9000,
                60..240 => 100,
                _ => 110,
            };
            let at = Duration::from_secs(second);
            report.samples.push(Sample { at, resident, cpu: Duration::ZERO, requests: 0, fetches: 0 });
        }
        report.elapsed = Duration::from_secs(300);
        assert_eq!(report.growth(), Some((100, 110)));
        report.elapsed = Duration::from_secs(120);
        assert_eq!(report.growth(), None, "the run is too short");
    }
}
