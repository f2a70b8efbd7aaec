//! The layer that installs the validator; inside it, request bodies have axum's type.

use std::task::{Context, Poll};
use std::time::Duration;

use axioms_core::Validator;
use axioms_core::http::{Request, Response};
use axioms_tower::{HeldBody, WithValidator};
use axum_core::BoxError;
use axum_core::body::Body;
use bytes::Bytes;
use tower_layer::Layer;
use tower_service::Service;

/// Installs the validator for the guards, layers and extractors inside it.
///
/// The innermost layer takes precedence, so a nested router can have its own validator. The
/// validator can also be in the router's state: see [`state`](crate::state), which compares the
/// two.
///
/// # Refused uploads
/// After a refusal, the layer reads and discards the rest of the request's body, so that a client
/// that is still sending sees the answer. It reads up to [the configured number of
/// bytes](axioms_core::ValidatorBuilder::drain), for up to [a configured time](Self::drain_time). A
/// request without a body has no overhead.
///
/// # Around the whole router
/// `Router::layer` adds the layer inside the router, once for each route, and axum boxes the
/// service. Wrapped around the whole router, the layer costs less per request, but no routes can be
/// added afterwards:
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
pub struct ValidatorLayer(axioms_tower::ValidatorLayer);

impl ValidatorLayer {
    /// Creates a layer that installs `validator`. Add it after the routes, because `Router::layer`
    /// covers only the routes added before it.
    #[must_use]
    pub fn new(validator: Validator) -> Self {
        Self(axioms_tower::ValidatorLayer::new(validator))
    }

    /// Sets how long the layer reads the body of a refused request. Zero reads nothing. Default: 5
    /// s.
    #[must_use]
    pub fn drain_time(self, time: Duration) -> Self {
        Self(self.0.drain_time(time))
    }
}

impl<S> Layer<S> for ValidatorLayer {
    type Service = WithValidator<AxumBody<S>>;

    fn layer(&self, inner: S) -> Self::Service {
        self.0.layer(AxumBody(inner))
    }
}

/// Converts request bodies to axum's type for the service inside a [`ValidatorLayer`]. The type is
/// not exported; it is named by `<ValidatorLayer as Layer<S>>::Service`.
#[derive(Debug, Clone)]
pub struct AxumBody<S>(S);

impl<S, B, R> Service<Request<HeldBody<B>>> for AxumBody<S>
where
    S: Service<Request<Body>, Response = Response<R>>,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Unpin + Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<HeldBody<B>>) -> S::Future {
        // `Body::new` does not box a body that already has axum's type.
        self.0.call(request.map(|body| match body.into_inner() {
            Ok(body) => Body::new(body),
            Err(held) => Body::new(held),
        }))
    }
}
