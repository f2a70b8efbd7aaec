//! Reads the rest of a refused request's body, so that the client sees the answer.
//!
//! If a server closes a connection with unread bytes, the kernel resets it, and a client that is
//! still sending sees a broken connection instead of the answer. So a body that is dropped before
//! its end is kept. If the request is refused, the rest of the body is read and discarded after the
//! answer, within limits.

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

/// How many bodies one layer reads at the same time. It limits the connections that a flood of
/// refused uploads can hold.
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

    /// Starts tracking the upload of a request. Returns `None` for a request without a body, which
    /// then has no overhead.
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
    /// Whether the client sent `Expect: 100-continue` (RFC 9110 section 10.1.1), and so sends its
    /// body only when the server starts reading it.
    waits_to_be_asked: bool,
    refused: AtomicBool,
    state: Mutex<State>,
}

/// A future that reads the rest of a dropped body.
type Rest = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The progress of an upload. The answer can come before or after the body is dropped, because a
/// service may keep the body until its future is dropped.
enum State {
    Open,
    /// The body was dropped before the answer.
    Kept(Rest),
    /// The answer is a refusal, and the body is still in use.
    Refused,
    Closed,
}

impl Drain {
    /// Reads in the background. If there is no runtime, or too many bodies are being read, the body
    /// is dropped.
    fn read(&self, rest: Rest) {
        let permit = Arc::clone(&self.permits).try_acquire_owned();
        if let (Ok(runtime), Ok(permit)) = (Handle::try_current(), permit) {
            let time = self.time;
            runtime.spawn(async move {
                // After the end or the timeout, the body is dropped. If it has not ended, the
                // server closes the connection.
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

    /// Keeps the rest of a dropped body.
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

    /// Reads the rest of the body after the answer, or drops it if the request was not refused.
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

/// Reads a body to its end, or until more than `limit` bytes were read.
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
    // An empty frame counts as one byte, so that a body of empty frames reaches the limit too.
    Poll::Ready(frame.and_then(Result::ok).map(|frame| frame.data_ref().map_or(0, Buf::remaining).max(1)))
}
