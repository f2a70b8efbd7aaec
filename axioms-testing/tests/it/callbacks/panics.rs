//! Panics in code that a validator's own thread calls.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use axioms_core::Algorithm;
use axioms_core::http::StatusCode;
use axioms_testing::{Behaviour, Endpoint, TestClock};

use super::{Calling, begin, end, issuer};
use crate::common::{Verdict, hooks, lacks_keys, verdict};

/// A panic does not end a thread that others wait for, and does not prevent a fetch.
#[test]
fn a_panic_on_a_validators_thread_leaves_no_request_waiting() {
    type Row = (&'static str, fn() -> Verdict);
    let rows: [Row; 4] = [
        ("a clock", || {
            let clock = TestClock::new();
            let (issuer, builder) = issuer(&clock);
            let calling = Calling(clock.clone(), || panic!("a clock that breaks"));
            let validator = builder.clock(calling).build().unwrap();
            issuer.rotate(Algorithm::ES256);
            verdict(&validator, &issuer.token().sign())
        }),
        ("a clock, while the issuer fails", || {
            let clock = TestClock::new();
            let (issuer, builder) = issuer(&clock);
            issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
            let calling = Calling(clock.clone(), || panic!("a clock that breaks"));
            let validator = builder.clock(calling).build().unwrap();
            assert!(lacks_keys(&verdict(&validator, &issuer.token().sign())));
            issuer.behave(Endpoint::Jwks, Behaviour::Normal);
            // The clock panics on the thread, so only the next request sees that time has passed.
            clock.advance(Duration::from_secs(60));
            verdict(&validator, &issuer.token().sign())
        }),
        ("a subscriber", || {
            let (issuer, builder) = issuer(&TestClock::new());
            let _hooked = hooks::on(&issuer, |_| panic!("a subscriber that breaks"));
            let validator = builder.build().unwrap();
            issuer.rotate(Algorithm::ES256);
            verdict(&validator, &issuer.token().sign())
        }),
        ("a waker", || {
            let (issuer, builder) = issuer(&TestClock::new());
            let hold = issuer.hold();
            let validator = builder.prefetch(false).build().unwrap();
            let token = issuer.token().sign();
            let mut broken = pin!(validator.validate_async(&token));
            let waker = Waker::from(Arc::new(Breaking));
            assert!(broken.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            let other = {
                let (validator, token) = (validator.clone(), token.clone());
                begin(move || verdict(&validator, &token))
            };
            issuer.wait_for_fetches(1);
            drop(hold);
            end(&other, "the other request")
        }),
    ];
    for (what, row) in rows {
        assert_eq!(end(&begin(row), what), Ok(()), "{what}");
    }
}

struct Breaking;

impl Wake for Breaking {
    fn wake(self: Arc<Self>) {
        panic!("a waker that breaks");
    }
}
