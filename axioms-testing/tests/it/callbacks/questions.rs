//! Code that a validator's own thread calls may ask for keys. It gets an answer at once, because
//! the thread would wait for itself.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use axioms_core::{Algorithm, Validator};
use axioms_testing::{TestClock, TestIssuer};

use super::{Calling, PATIENCE, begin, end, issuer};
use crate::common::{Verdict, hooks, lacks_keys, verdict};

fn unknown_to_all(issuer: &TestIssuer, kid: &str) -> String {
    issuer.token().header("kid", kid).sign()
}

/// A validator's own thread makes each of these calls. A wait for that thread would be a wait for
/// itself.
#[test]
fn code_on_a_validators_thread_never_waits_for_keys() {
    for caller in [from_subscriber, from_waker, from_clock] {
        let (sender, asked) = channel();
        let served = begin(move || caller(sender));
        let (what, verdict) = asked.recv_timeout(PATIENCE).expect("the call from a validator's thread ends");
        assert!(lacks_keys(&verdict), "{what}: {verdict:?}");
        assert_eq!(end(&served, what), Ok(()), "{what}: and the request whose key was fetched is served");
    }
}

type Asked = Sender<(&'static str, Verdict)>;

/// During the fetch, when the keys have changed.
fn from_subscriber(asked: Asked) -> Verdict {
    let (issuer, builder) = issuer(&TestClock::new());
    let validator = builder.build().unwrap();
    let unknown = unknown_to_all(&issuer, "unknown");
    let _hooked = hooks::on(&issuer, {
        let (validator, asked) = (validator.clone(), Mutex::new(asked));
        move |name| {
            if name == "axioms.keys_fresh" {
                let _ = asked.lock().unwrap().send(("a subscriber", verdict(&validator, &unknown)));
            }
        }
    });
    issuer.rotate(Algorithm::ES256);
    verdict(&validator, &issuer.token().sign())
}

/// After the fetch, when a request may cause another.
fn from_waker(asked: Asked) -> Verdict {
    struct Asking {
        validator: Validator,
        clock: TestClock,
        unknown: String,
        asked: Mutex<Asked>,
    }

    impl Wake for Asking {
        fn wake(self: Arc<Self>) {
            self.clock.advance(Duration::from_secs(30));
            let _ = self.asked.lock().unwrap().send(("a waker", verdict(&self.validator, &self.unknown)));
        }
    }

    let clock = TestClock::new();
    let (issuer, builder) = issuer(&clock);
    let validator = builder.build().unwrap();
    issuer.rotate(Algorithm::ES256);
    let hold = issuer.hold();
    let (token, unknown) = (issuer.token().sign(), unknown_to_all(&issuer, "unknown"));
    let waker = Waker::from(Arc::new(Asking {
        validator: validator.clone(),
        clock,
        unknown,
        asked: Mutex::new(asked),
    }));
    let mut request = pin!(validator.validate_async(&token));
    assert!(request.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let other = {
        let (validator, token) = (validator.clone(), token.clone());
        begin(move || verdict(&validator, &token))
    };
    issuer.wait_for_fetches(2);
    drop(hold);
    end(&other, "the other request")
}

fn from_clock(asked: Asked) -> Verdict {
    let clock = TestClock::new();
    let (issuer, builder) = issuer(&clock);
    let cell: Arc<OnceLock<Validator>> = Arc::default();
    let (of_clock, unknown) = (Arc::clone(&cell), unknown_to_all(&issuer, "unknown"));
    let (asked, once) = (Mutex::new(asked), AtomicBool::new(false));
    let calling = Calling(clock.clone(), move || {
        if let Some(validator) = of_clock.get()
            && !once.swap(true, Ordering::Relaxed)
        {
            let _ = asked.lock().unwrap().send(("a clock", verdict(validator, &unknown)));
        }
    });
    let validator = builder.clock(calling).build().unwrap();
    cell.set(validator.clone()).unwrap();
    issuer.rotate(Algorithm::ES256);
    verdict(&validator, &issuer.token().sign())
}
