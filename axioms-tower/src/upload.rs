//! Reads on in the body of a refused request, so that the client gets to see the answer.
//!
//! A server that closes a connection with bytes unread makes the kernel reset it, and a client that is still sending then
//! sees a broken connection in place of the answer. So the body of a request is kept when it is dropped before its end, and
//! if the request turns out to be refused, the rest is read and discarded after the answer, within limits.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axioms_core::http::HeaderMap;
use axioms_core::http::header::EXPECT;
use bytes::Buf;
use http_body::Body;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How many bodies one layer reads on in at a time. A flood of refused uploads holds no more connections than this.
const AT_ONCE: usize = 64;

/// How much of the bodies of refused requests a layer reads, and for how long.
#[derive(Debug, Clone)]
pub(crate) struct Drain {
    limit: usize,
    time: Duration,
    permits: Arc<Semaphore>,
}

impl Drain {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, time: Duration::from_secs(5), permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    pub(crate) fn set_time(&mut self, time: Duration) {
        self.time = time;
    }

    /// What is kept for a request with this body; nothing for one that has no body, which then costs nothing.
    pub(crate) fn watch(&self, headers: &HeaderMap, body: &impl Body) -> Option<Arc<Upload>> {
        let off = self.limit == 0 || self.time.is_zero();
        (!off && !body.is_end_stream()).then(|| {
            Arc::new(Upload {
                drain: self.clone(),
                waits_to_be_asked: headers.contains_key(EXPECT),
                refused: AtomicBool::new(false),
                state: Mutex::new(State::Open),
            })
        })
    }
}

/// The body of one request, from its arrival to the answer.
pub(crate) struct Upload {
    drain: Drain,
    /// A client that sent `Expect: 100-continue` (RFC 9110 section 10.1.1) sends its body only once somebody reads it.
    waits_to_be_asked: bool,
    refused: AtomicBool,
    state: Mutex<State>,
}

/// What reads the rest of a body that was dropped.
type Rest = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The answer and the end of the body's use come in either order: a service may keep the body until its future is dropped.
enum State {
    Open,
    /// The body was dropped, and the answer is not there yet.
    Kept(Rest),
    /// The answer is a refusal, and the body was not dropped yet.
    Refused,
    Closed,
}

impl Drain {
    /// Reads in the background. Without a runtime, or with too many bodies that are read already, the body is dropped.
    fn read(&self, rest: Rest) {
        let permit = Arc::clone(&self.permits).try_acquire_owned();
        if let (Ok(runtime), Ok(permit)) = (Handle::try_current(), permit) {
            let time = self.time;
            runtime.spawn(async move {
                // Late or not, the body is dropped here, and the server closes the connection if it is not at its end.
                drop(timeout(time, rest).await);
                drop(permit);
            });
        }
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("refused", &self.refused).finish_non_exhaustive()
    }
}

impl Upload {
    pub(crate) fn refuse(&self) {
        self.refused.store(true, Ordering::Release);
    }

    /// Keeps a body that was dropped.
    pub(crate) fn keep<B>(&self, body: B, was_read: bool)
    where
        B: Body + Unpin + Send + 'static,
    {
        if body.is_end_stream() || (self.waits_to_be_asked && !was_read) {
            return;
        }
        let rest: Rest = Box::pin(discard(body, self.drain.limit));
        let mut state = self.lock();
        match std::mem::replace(&mut *state, State::Closed) {
            State::Open => *state = State::Kept(rest),
            State::Refused => self.drain.read(rest),
            State::Kept(_) | State::Closed => {}
        }
    }

    /// Reads what is left, now that the answer is there; forgets it where the request was not refused.
    pub(crate) fn answered(&self, with_refusal: bool) {
        let refused = with_refusal || self.refused.load(Ordering::Acquire);
        let mut state = self.lock();
        match std::mem::replace(&mut *state, State::Closed) {
            State::Open if refused => *state = State::Refused,
            State::Kept(rest) if refused => self.drain.read(rest),
            _ => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a body to its end, or until more than `limit` bytes have come.
async fn discard<B: Body + Unpin>(mut body: B, limit: usize) {
    let mut left = limit;
    while let Some(size) = poll_fn(|context| poll_size(&mut body, context)).await {
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => return,
        }
        tokio::task::coop::consume_budget().await;
    }
}

/// The size of the next frame; `None` at the end of the body, or when it fails.
fn poll_size<B: Body + Unpin>(body: &mut B, context: &mut Context<'_>) -> Poll<Option<usize>> {
    let frame = ready!(Pin::new(body).poll_frame(context));
    // An empty frame counts as a byte, so that no body is without an end.
    Poll::Ready(frame.and_then(Result::ok).map(|frame| frame.data_ref().map_or(0, Buf::remaining).max(1)))
}
