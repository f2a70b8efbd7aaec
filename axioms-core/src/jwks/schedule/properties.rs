//! Properties of the schedule that hold for every sequence of events.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// The next event. It is skipped if it is impossible: the keeper begins only a fetch that is due,
/// and ends only one that has begun.
#[derive(Debug, Clone)]
enum Event {
    Pass(Duration),
    AskForAny,
    AskForUnknown,
    Begin,
    End(Outcome, f64),
}

fn event() -> impl Strategy<Value = Event> {
    let millis = prop_oneof![4 => 0..2_000_u64, 4 => 0..31_000_u64, 1 => 0..7_200_000_u64];
    let max_age = proptest::option::of((0..100_000_u64).prop_map(Duration::from_secs));
    let fresh = max_age.prop_map(|max_age| Outcome::Fresh { max_age });
    let outcome = prop_oneof![fresh, Just(Outcome::Failed)];
    prop_oneof![
        3 => millis.prop_map(|millis| Event::Pass(Duration::from_millis(millis))),
        2 => Just(Event::AskForAny),
        4 => Just(Event::AskForUnknown),
        4 => Just(Event::Begin),
        3 => (outcome, 0.0..=1.0).prop_map(|(outcome, jitter)| Event::End(outcome, jitter)),
    ]
}

/// The schedule, and an independent model of its state.
struct Model {
    schedule: Schedule,
    interval: Duration,
    now: Duration,
    begun: Fetch,
    under_way: bool,
    /// The fetch that all waiting requests share.
    awaited: Option<Fetch>,
    failures_in_a_row: i32,
    /// When unknown key ids caused a fetch.
    caused: Vec<Duration>,
}

impl Model {
    fn new(interval: Duration) -> Self {
        Self {
            schedule: Schedule::new(interval, Duration::ZERO),
            interval,
            now: Duration::ZERO,
            begun: 0,
            under_way: false,
            awaited: None,
            failures_in_a_row: 0,
            caused: Vec::new(),
        }
    }

    fn is_due(&self) -> bool {
        self.schedule.due(self.now) == Due::Now
    }

    fn happen(&mut self, event: &Event) -> Result<(), TestCaseError> {
        match event {
            Event::Pass(time) => self.now += *time,
            // After a successful fetch there are trusted keys, and no request asks.
            Event::AskForAny if self.begun == 0 || self.failures_in_a_row > 0 => self.ask_for_any()?,
            Event::AskForUnknown => self.ask_for_unknown()?,
            Event::Begin if !self.under_way && self.is_due() => self.begin()?,
            Event::End(outcome, jitter) if self.under_way => self.end(*outcome, *jitter)?,
            Event::AskForAny | Event::Begin | Event::End(..) => {}
        }
        Ok(())
    }

    fn ask_for_any(&mut self) -> Result<(), TestCaseError> {
        let coming = self.under_way || self.is_due();
        let demand = self.schedule.demand_any_key(self.now);
        prop_assert_eq!(demand != FetchDecision::Refused, coming, "in an outage, only the backoff decides");
        self.wait(demand)
    }

    fn ask_for_unknown(&mut self) -> Result<(), TestCaseError> {
        let coming = self.under_way || self.is_due();
        let since_last = self.caused.last().map(|last| self.now.saturating_sub(*last));
        let demand = self.schedule.demand_other_key(self.now);
        if coming {
            prop_assert_ne!(demand, FetchDecision::Refused, "a fetch that is due anyway is shared");
        } else if demand == FetchDecision::Refused {
            prop_assert!(since_last.is_some_and(|since| since < RESERVE), "the reserve refuses no request");
        } else {
            self.caused.push(self.now);
        }
        self.wait(demand)
    }

    /// All waiting requests share one fetch, and it does begin.
    fn wait(&mut self, demand: FetchDecision) -> Result<(), TestCaseError> {
        if let FetchDecision::Await(fetch) = demand {
            let next = if self.under_way { self.begun } else { self.begun + 1 };
            prop_assert_eq!(fetch, next);
            prop_assert_eq!(*self.awaited.get_or_insert(fetch), fetch, "one fetch for all");
            prop_assert!(!self.schedule.has_finished(fetch));
            prop_assert!(self.under_way || self.is_due(), "every request waits for a fetch that begins");
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<(), TestCaseError> {
        self.begun += 1;
        prop_assert_eq!(self.schedule.start(self.now), self.begun, "one after another");
        self.under_way = true;
        Ok(())
    }

    fn end(&mut self, outcome: Outcome, jitter: f64) -> Result<(), TestCaseError> {
        self.schedule.finish(self.now, outcome, jitter);
        self.under_way = false;
        self.awaited = None;
        prop_assert!(self.schedule.has_finished(self.begun));
        let pause = self.schedule.until_next(self.now);
        let (shortest, longest) = match outcome {
            Outcome::Failed => {
                self.failures_in_a_row += 1;
                let doubled =
                    SECOND.mul_f64(2_f64.powi((self.failures_in_a_row - 1).min(6))).min(60 * SECOND);
                (doubled, doubled)
            }
            Outcome::Fresh { .. } => {
                self.failures_in_a_row = 0;
                (self.interval.min(60 * SECOND), self.interval)
            }
        };
        prop_assert!(pause <= longest, "{:?} after {:?}", pause, outcome);
        prop_assert!(pause >= shortest.mul_f64(0.9), "{:?} after {:?}", pause, outcome);
        prop_assert_eq!(self.schedule.last_failed(), self.failures_in_a_row > 0);
        Ok(())
    }

    /// Any cool-down contains at most two fetches, wherever it begins.
    fn check_cool_downs(&self) -> Result<(), TestCaseError> {
        for three in self.caused.windows(3) {
            prop_assert!(three[2].saturating_sub(three[0]) >= 30 * SECOND, "{three:?}");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_sequence_of_events_keeps_the_bounds(
        events in vec(event(), 0..300),
        interval in prop_oneof![(1..7_200_u64).prop_map(Duration::from_secs), Just(HOUR)],
    ) {
        let mut model = Model::new(interval);
        for event in &events {
            model.happen(event)?;
        }
        model.check_cool_downs()?;
    }

    /// Only unknown key ids, as fast as possible, with an issuer that always succeeds or always
    /// fails.
    #[test]
    fn no_flood_causes_more_than_two_fetches_in_a_cool_down(
        pauses in vec(0..3_000_u64, 1..400),
        outcome in prop_oneof![Just(Outcome::Fresh { max_age: None }), Just(Outcome::Failed)],
    ) {
        let mut model = Model::new(HOUR);
        for millis in pauses {
            for event in [
                Event::Begin,
                Event::End(outcome, 0.0),
                Event::Pass(Duration::from_millis(millis)),
                Event::AskForUnknown,
            ] {
                model.happen(&event)?;
            }
        }
        model.check_cool_downs()?;
    }
}
