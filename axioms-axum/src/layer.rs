//! Tower layers: one that installs the validator, one that guards everything inside it.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axioms_core::http::request::Parts;
use axioms_core::http::{Request, Response};
use axioms_core::{Policy, Validator};
use axum_core::body::Body;
use axum_core::response::IntoResponse;
use tower_layer::Layer;
use tower_service::Service;

use crate::{Refused, guard};

/// Gives every request the validator that guards, layers and extractors inside it use.
///
/// The innermost one counts, so a nested router can have a validator of its own.
///
/// # Around the whole router
/// `Router::layer` puts the layer inside the router, once for each route, where axum boxes what passes through it. Around
/// the router it costs a request less, and no route can be added after it:
///
/// ```no_run
/// use axioms_axum::{Validator, ValidatorLayer};
/// use axum::extract::Request;
/// use axum::{Router, ServiceExt};
/// use tower::Layer;
///
/// # async fn serve(router: Router, validator: Validator) -> std::io::Result<()> {
/// let app = ValidatorLayer::new(validator).layer(router);
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
/// axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ValidatorLayer {
    validator: Validator,
}

impl ValidatorLayer {
    /// A layer that installs `validator`. Add it after the routes: `Router::layer` covers what stands before it.
    #[must_use]
    pub fn new(validator: Validator) -> Self {
        Self { validator }
    }
}

impl<S> Layer<S> for ValidatorLayer {
    type Service = WithValidator<S>;

    fn layer(&self, inner: S) -> WithValidator<S> {
        WithValidator { inner, validator: self.validator.clone() }
    }
}

/// The service of a [`ValidatorLayer`].
#[derive(Debug, Clone)]
pub struct WithValidator<S> {
    inner: S,
    validator: Validator,
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for WithValidator<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        request.extensions_mut().insert(self.validator.clone());
        self.inner.call(request)
    }
}

/// Guards everything inside it by one policy: no request that does not meet it gets through.
///
/// No method passes without a token unless the policy makes it public, or the configuration names it as
/// [safe](axioms_core::ValidatorBuilder::safe_methods). Put the [`ValidatorLayer`] outside, so after it:
///
/// ```
/// use axioms_axum::{Policy, RequireLayer, Validator, ValidatorLayer};
/// use axum::{Router, routing::get};
///
/// # fn router(validator: Validator) -> Result<Router, Box<dyn std::error::Error>> {
/// let policy = Policy::builder().any_roles(["admin"]).build()?;
/// let admin = Router::new()
///     .route("/metrics", get(|| async { "42" }))
///     .layer(RequireLayer::new(policy))
///     .layer(ValidatorLayer::new(validator));
/// # Ok(admin)
/// # }
/// ```
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

impl<S, B> Service<Request<B>> for Require<S>
where
    S: Service<Request<B>, Error = Infallible> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service that was polled ready takes the call; its clone waits for the next.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let policy = Arc::clone(&self.policy);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            match admit(&parts, &policy).await {
                Ok(()) => inner.call(Request::from_parts(parts, body)).await.map(IntoResponse::into_response),
                Err(refused) => Ok(refused.into_response()),
            }
        })
    }
}

async fn admit(parts: &Parts, policy: &Policy) -> Result<(), Refused> {
    guard::validator(parts)?.admit_async(parts, policy).await?;
    Ok(())
}
