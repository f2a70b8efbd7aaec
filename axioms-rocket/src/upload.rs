//! Reads the rest of a refused request's body, so that the client sees the answer.
//!
//! Rocket sends the response and polls its body to the end before it drops the request's body. So
//! the response's body is that of the refusal, and it ends only after the rest of the upload was
//! read.

use std::future::Future as _;
use std::io::{Cursor, SeekFrom};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rocket::Request;
use rocket::data::{Data, DataStream, ToByteUnit as _};
use rocket::response::Response;
use rocket::tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use rocket::tokio::sync::{OwnedSemaphorePermit, Semaphore};
use rocket::tokio::time::{Sleep, sleep};

/// How long a client may continue to send.
const TIME: Duration = Duration::from_secs(5);

/// How many bodies the routes of one mount read at the same time.
const AT_ONCE: usize = 64;

/// Limits how many bodies are read at the same time.
#[derive(Clone)]
pub(crate) struct Drain(Arc<Semaphore>);

impl Default for Drain {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Drain {
    /// Delays the end of a refused request's response until the request's body ends, or until
    /// `limit` bytes of it were read.
    pub(crate) async fn hold<'r>(
        &self,
        request: &Request<'_>,
        data: Data<'r>,
        limit: usize,
        response: &mut Response<'r>,
    ) {
        // Such a client sends its body only when the server starts reading it (RFC 9110 section
        // 10.1.1).
        let waits_to_be_asked = request.headers().contains("Expect");
        let Ok(permit) = Arc::clone(&self.0).try_acquire_owned() else { return };
        if limit == 0 || waits_to_be_asked {
            return;
        }
        let Ok(answer) = response.body_mut().to_bytes().await else { return };
        let size = answer.len();
        let (answer, rest, time) = (Cursor::new(answer), data.open(limit.bytes()), Box::pin(sleep(TIME)));
        response.set_sized_body(size, Upload { answer, rest, time, _permit: permit });
    }
}

struct Upload<'r> {
    answer: Cursor<Vec<u8>>,
    rest: DataStream<'r>,
    time: Pin<Box<Sleep>>,
    _permit: OwnedSemaphorePermit,
}

impl AsyncRead for Upload<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.answer).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            return Poll::Ready(Ok(()));
        }
        let mut discarded = [0; 8 * 1024];
        while self.time.as_mut().poll(context).is_pending() {
            let mut discarded = ReadBuf::new(&mut discarded);
            // A body that fails has ended too.
            if ready!(Pin::new(&mut self.rest).poll_read(context, &mut discarded)).is_err()
                || discarded.filled().is_empty()
            {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Rocket requires it for a body with a known size, but never seeks if the size was given.
impl AsyncSeek for Upload<'_> {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> std::io::Result<()> {
        Pin::new(&mut self.answer).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<u64>> {
        Pin::new(&mut self.answer).poll_complete(context)
    }
}
