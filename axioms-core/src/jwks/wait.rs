//! Waiting for a fetch to end: a future that needs no runtime, and the way to block a thread on one.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use super::refresh::Shared;
use super::schedule::Fetch;

/// Completes when the fetch has ended, well or badly. Each waiter costs an entry in a map, not a thread.
#[derive(Debug)]
pub(crate) struct Wait {
    shared: Arc<Shared>,
    fetch: Fetch,
    ticket: Option<u64>,
}

impl Wait {
    pub(super) fn new(shared: Arc<Shared>, fetch: Fetch) -> Self {
        Self { shared, fetch, ticket: None }
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        match this.shared.register(this.fetch, this.ticket, context.waker()) {
            None => {
                this.ticket = None;
                Poll::Ready(())
            }
            ticket => {
                this.ticket = ticket;
                Poll::Pending
            }
        }
    }
}

/// A request that was given up, by a client that hung up or a timeout, leaves nothing behind.
impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.shared.forget(ticket);
        }
    }
}

/// Runs a future to its end on this thread, which sleeps while there is nothing to do. A future that is ready at
/// once costs no allocation.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return output;
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        std::thread::park();
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
