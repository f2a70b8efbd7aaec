//! The body of a request inside a `ValidatorLayer`.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http_body::{Body, Frame, SizeHint};

use crate::upload::Upload;

/// The body of a request inside a [`ValidatorLayer`](crate::ValidatorLayer). It reads like the
/// original body.
///
/// If the request was refused, the part that is unread when the body is dropped is read after the
/// answer, so that the client sees the refusal.
#[derive(Debug)]
pub struct HeldBody<B: Body + Unpin + Send + 'static> {
    /// `Some` until the body is dropped or taken out.
    body: Option<B>,
    /// `None` if the request has no body, if draining is disabled, and after the body has ended.
    upload: Option<Arc<Upload>>,
    was_read: bool,
}

impl<B: Body + Unpin + Send + 'static> HeldBody<B> {
    pub(crate) fn new(body: B, upload: Option<Arc<Upload>>) -> Self {
        Self { body: Some(body), upload, was_read: false }
    }

    /// Returns the original body if nothing must be read after a refusal, as for a request without
    /// a body.
    ///
    /// # Errors
    /// `self`, if the body must be kept for draining.
    pub fn into_inner(mut self) -> Result<B, Self> {
        match (self.body.take(), &self.upload) {
            (Some(body), None) => Ok(body),
            (body, _) => {
                self.body = body;
                Err(self)
            }
        }
    }
}

impl<B: Body + Unpin + Send + 'static> Body for HeldBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.get_mut();
        let Some(body) = &mut this.body else { return Poll::Ready(None) };
        this.was_read = true;
        let frame = ready!(Pin::new(body).poll_frame(context));
        if !matches!(frame, Some(Ok(_))) {
            this.upload = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl<B: Body + Unpin + Send + 'static> Drop for HeldBody<B> {
    fn drop(&mut self) {
        if let (Some(body), Some(upload)) = (self.body.take(), self.upload.take()) {
            upload.keep(body, self.was_read);
        }
    }
}
