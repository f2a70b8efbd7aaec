//! Reads on in the body of a refused request, so that the client gets to see the answer.
//!
//! Rocket sends a response and polls its body to the end before it drops the request's. So the
//! response's body is the refusal's, followed by nothing but the time that the rest of the upload
//! takes.

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

/// How long a client may go on sending.
const TIME: Duration = Duration::from_secs(5);

/// How many bodies the routes of one mount read on in at a time.
const AT_ONCE: usize = 64;

/// How many bodies may be read on in, still.
#[derive(Clone)]
pub(crate) struct Drain(Arc<Semaphore>);

impl Default for Drain {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Drain {
    /// Lets the response of a refused request end when the request's body does, or after `limit`
    /// bytes of it.
    pub(crate) async fn hold<'r>(
        &self,
        request: &Request<'_>,
        data: Data<'r>,
        limit: usize,
        response: &mut Response<'r>,
    ) {
        // Such a client sends its body only once it is read (RFC 9110 section 10.1.1).
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
            // A body that breaks off is at its end, too.
            if ready!(Pin::new(&mut self.rest).poll_read(context, &mut discarded)).is_err()
                || discarded.filled().is_empty()
            {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Rocket asks for it of a body whose size is known, and never seeks in one whose size it was told.
impl AsyncSeek for Upload<'_> {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> std::io::Result<()> {
        Pin::new(&mut self.answer).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<u64>> {
        Pin::new(&mut self.answer).poll_complete(context)
    }
}
