//! The layer that installs a validator, and keeps the bodies of requests that may be refused.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axioms_core::http::{Request, Response};
use axioms_core::{Refusal, Validator};
use http_body::Body;
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::HeldBody;
use crate::installed::Installed;
use crate::upload::{Drain, Upload};

/// Installs the validator for the guards inside it.
///
/// The innermost layer takes precedence, so a part of a service can have its own validator.
///
/// # Refused uploads
/// After a refusal, the layer reads and discards the rest of the request's body, so that a client
/// that is still sending sees the answer. It reads up to [the configured number of
/// bytes](axioms_core::ValidatorBuilder::drain), for up to [a configured time](Self::drain_time).
/// For this, the request's body inside the layer is a [`HeldBody`]. Of several layers, the
/// outermost reads. Reading requires a tokio runtime with its timer enabled; without one, the body
/// is dropped.
#[derive(Debug, Clone)]
pub struct ValidatorLayer {
    validator: Validator,
    drain: Drain,
}

impl ValidatorLayer {
    /// Creates a layer that installs `validator`.
    #[must_use]
    pub fn new(validator: Validator) -> Self {
        let drain = Drain::new(validator.drain_limit());
        Self { validator, drain }
    }

    /// Sets how long the layer reads the body of a refused request. Zero reads nothing. Default: 5
    /// s.
    #[must_use]
    pub fn drain_time(mut self, time: Duration) -> Self {
        self.drain.set_time(time);
        self
    }
}

impl<S> Layer<S> for ValidatorLayer {
    type Service = WithValidator<S>;

    fn layer(&self, inner: S) -> WithValidator<S> {
        WithValidator { inner, layer: self.clone() }
    }
}

/// The service of a [`ValidatorLayer`].
#[derive(Debug, Clone)]
pub struct WithValidator<S> {
    inner: S,
    layer: ValidatorLayer,
}

impl<S, B, R> Service<Request<B>> for WithValidator<S>
where
    S: Service<Request<HeldBody<B>>, Response = Response<R>>,
    B: Body + Unpin + Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let ValidatorLayer { validator, drain } = &self.layer;
        // A layer around this one may already keep the body, within its own limits.
        let outer = Installed::upload(request.extensions());
        let held = if outer.is_none() { drain.watch(request.headers(), request.body()) } else { None };
        let upload = outer.or_else(|| held.clone());
        request.extensions_mut().insert(Installed::new(validator.clone(), upload));
        let request = request.map(|body| HeldBody::new(body, held.clone()));
        ResponseFuture { inner: self.inner.call(request), upload: held }
    }
}

pin_project! {
    /// The response of a [`WithValidator`].
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        upload: Option<Arc<Upload>>,
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(context));
        if let (Ok(response), Some(upload)) = (&result, this.upload.take()) {
            upload.answered(response.extensions().get::<Refusal>().is_some());
        }
        Poll::Ready(result)
    }
}
