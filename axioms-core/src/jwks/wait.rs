//! Waiting for a fetch to end: a future that needs no runtime.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use super::schedule::Fetch;
use super::shared::Shared;
use super::state::{Need, Ticket};

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
