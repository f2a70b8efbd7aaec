//! The layer that installs a validator, and holds the bodies of requests that may be refused.

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

/// Gives every request the validator that the guards inside it use.
///
/// The innermost one counts, so a part of a service can have a validator of its own.
///
/// # Refused uploads
/// After a refusal the layer goes on reading the request's body for a while, so that a client that is still sending gets
/// to see the answer (of several layers, the outermost does): up to [as many bytes](axioms_core::ValidatorBuilder::drain) as the validator is configured for, and for
/// [a time](Self::drain_time). The request's body is a [`HeldBody`] for that reason. It happens on tokio, with its timer
/// enabled; a service that runs on no tokio runtime drops the body instead.
#[derive(Debug, Clone)]
pub struct ValidatorLayer {
    validator: Validator,
    drain: Drain,
}

impl ValidatorLayer {
    /// A layer that installs `validator`.
    #[must_use]
    pub fn new(validator: Validator) -> Self {
        let drain = Drain::new(validator.drain_limit());
        Self { validator, drain }
    }

    /// Sets for how long the layer goes on reading the body of a refused request; zero reads nothing. Default: 5 s.
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
        // A layer around this one may hold the body already, within its own limits.
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
