//! A future that waits for the end of a fetch, on any runtime.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use super::schedule::Fetch;
use super::shared::Shared;
use super::state::{Need, Ticket};

/// Completes when the fetch has succeeded or failed, or at the time limit. A waiter is an entry in
/// a map, not a thread.
#[derive(Debug)]
pub(crate) struct Wait {
    shared: Arc<Shared>,
    need: Need,
    fetch: Fetch,
    until: Instant,
    ticket: Option<Ticket>,
}

impl Wait {
    /// Creates a wait that the state has already counted. Dropping it removes it from the count.
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

/// A cancelled request, after a disconnect or a timeout, leaves nothing behind.
impl Drop for Wait {
    fn drop(&mut self) {
        self.shared.leave(self.need, self.ticket);
    }
}
