//! The layer that guards a service with one policy.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axioms_core::Policy;
use axioms_core::http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::{guard, response};

/// Guards the inner service with one policy. Only requests that meet it get through, for every
/// method.
///
/// A method passes without a token only if the policy makes it public, or if it is configured as
/// [safe](axioms_core::ValidatorBuilder::safe_methods) and the policy does not name it. CORS
/// preflights are `OPTIONS` requests without a token: put a CORS layer, which answers them, outside
/// the guard. A middleware that changes a request's method must be outside the guard too, because
/// the guard uses the method that it sees.
///
/// It requires a [`ValidatorLayer`](crate::ValidatorLayer) outside it. Inside it,
/// [`access_token`](crate::access_token) returns the verified token, and other guards do not verify
/// it again.
///
/// The response body of the inner service must implement `From<String>`, for the refusals.
#[derive(Debug, Clone)]
pub struct RequireLayer {
    policy: Arc<Policy>,
}

impl RequireLayer {
    /// Creates a layer that enforces `policy`.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { policy: Arc::new(policy) }
    }
}

impl<S> Layer<S> for RequireLayer {
    type Service = Require<S>;

    fn layer(&self, inner: S) -> Require<S> {
        Require { inner, policy: Arc::clone(&self.policy) }
    }
}

/// The service of a [`RequireLayer`].
#[derive(Debug, Clone)]
pub struct Require<S> {
    inner: S,
    policy: Arc<Policy>,
}

impl<S, B, R> Service<Request<B>> for Require<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: From<String>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // Call the service that was polled ready; its clone is for the next call.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let policy = Arc::clone(&self.policy);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match guard::admit(&mut parts, &policy).await {
                Ok(()) => inner.call(Request::from_parts(parts, body)).await,
                Err(refusal) => Ok(response(refusal)),
            }
        })
    }
}
