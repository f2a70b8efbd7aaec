//! Waiting for a fetch to end: a future that needs no runtime, and the way to block a thread on one.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use super::schedule::Fetch;
use super::state::{Need, Shared, Ticket};
use crate::fetch::DEADLINE;

/// The longest that one request waits for keys, over all its waits: a whole fetch, and a second for the threads.
pub(super) const LONGEST_WAIT: Duration = DEADLINE.saturating_add(Duration::from_secs(1));

/// How often one request may wait: the fetch that is under way may have begun before its key was published, and the next
/// one has not.
const MOST_WAITS: u8 = 2;

/// How long one request may go on waiting. The limits are set at its first wait.
#[derive(Debug, Default)]
pub(crate) struct Patience(Option<Limits>);

#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Real time, whatever the validator's clock says.
    pub(super) until: Instant,
    /// The first fetch that begins after the request came. What it finds is the answer.
    pub(super) last_fetch: Fetch,
    /// How many waits are left.
    pub(super) waits: u8,
}

impl Patience {
    /// `next` is the number of the fetch that begins next.
    pub(super) fn limits(&mut self, next: Fetch) -> Limits {
        let limits = || Limits { until: Instant::now() + LONGEST_WAIT, last_fetch: next, waits: MOST_WAITS };
        *self.0.get_or_insert_with(limits)
    }

    /// One wait begins.
    pub(super) fn spend(&mut self) {
        if let Some(limits) = &mut self.0 {
            limits.waits = limits.waits.saturating_sub(1);
        }
    }
}

impl Limits {
    pub(super) fn are_reached(self) -> bool {
        self.waits == 0 || Instant::now() >= self.until
    }
}

/// Completes when the fetch has ended, well or badly, or its time is up. Each waiter costs an entry in a map, not a
/// thread.
#[derive(Debug)]
pub(crate) struct Wait {
    shared: Arc<Shared>,
    need: Need,
    fetch: Fetch,
    until: Instant,
    ticket: Option<Ticket>,
}

impl Wait {
    /// The state counts it; dropping it takes it off the count.
    pub(super) fn new(shared: Arc<Shared>, need: Need, fetch: Fetch, until: Instant) -> Self {
        Self { shared, need, fetch, until, ticket: None }
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        this.ticket = this.shared.register(this.fetch, this.until, this.ticket, context.waker());
        if this.ticket.is_some() { Poll::Pending } else { Poll::Ready(()) }
    }
}

/// A request that is cancelled, because a client hung up or a timeout passed, leaves nothing behind.
impl Drop for Wait {
    fn drop(&mut self) {
        self.shared.leave(self.need, self.ticket);
    }
}

/// Runs a future to its end on this thread, which sleeps while there is nothing to do. A future that is ready at
/// once costs no allocation.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return output;
    }
    let sleeper = Arc::new(Sleeper::default());
    let waker = Waker::from(Arc::clone(&sleeper));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        sleeper.sleep();
    }
}

/// Lets a thread sleep until its waker is woken. `std::thread::park` would do the same with a token that belongs to the
/// whole thread: an executor that is parked further up would lose a wake-up to us.
#[derive(Debug, Default)]
struct Sleeper {
    woken: Mutex<bool>,
    changed: Condvar,
}

impl Sleeper {
    /// A [`Wait`] ends by the clock on the wall as well, also where no thread is left to wake it.
    const LONGEST_SLEEP: Duration = Duration::from_secs(1);

    fn sleep(&self) {
        let woken = self.woken.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut woken, _) = self
            .changed
            .wait_timeout_while(woken, Self::LONGEST_SLEEP, |woken| !*woken)
            .unwrap_or_else(PoisonError::into_inner);
        *woken = false;
    }
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        *self.woken.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_one();
    }
}
