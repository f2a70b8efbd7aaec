//! The layer that guards everything inside it by one policy.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axioms_core::Policy;
use axioms_core::http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::{guard, response};

/// Guards everything inside it by one policy: no request that does not meet it gets through, whatever its method.
///
/// A method passes without a token only where the policy makes it public, or where the configuration names it as
/// [safe](axioms_core::ValidatorBuilder::safe_methods) and the policy does not name it. CORS preflights are `OPTIONS`
/// requests without a token: put a CORS layer outside the guard, which answers them. A middleware that changes a request's
/// method must be outside the guard too, since the guard decides by the method that it sees.
///
/// It needs a [`ValidatorLayer`](crate::ValidatorLayer) outside it. The token that it verified is there for what it guards:
/// [`access_token`](crate::access_token) returns it, and a guard inside does not verify it again.
///
/// The body of the guarded service's responses must be one that can be made of a `String`, for the refusals.
#[derive(Debug, Clone)]
pub struct RequireLayer {
    policy: Arc<Policy>,
}

impl RequireLayer {
    /// A layer that demands `policy`.
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
        // The service that was polled ready takes the call; its clone waits for the next.
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
