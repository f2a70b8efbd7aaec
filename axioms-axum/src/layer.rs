//! The layer that installs the validator, with bodies of axum's own type inside it.

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

/// Gives every request the validator that guards, layers and extractors inside it use.
///
/// The innermost one counts, so a nested router can have a validator of its own. [`state`](crate::state) is another way to give
/// guards their validator, with a table of what each does.
///
/// # Refused uploads
/// After a refusal the layer goes on reading the request's body for a while, so that a client that is still sending gets
/// to see the answer: up to [as many bytes](axioms_core::ValidatorBuilder::drain) as the validator is configured for, and for
/// [a time](Self::drain_time). A request without a body costs nothing.
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
pub struct ValidatorLayer(axioms_tower::ValidatorLayer);

impl ValidatorLayer {
    /// A layer that installs `validator`. Add it after the routes: `Router::layer` covers the routes added before it.
    #[must_use]
    pub fn new(validator: Validator) -> Self {
        Self(axioms_tower::ValidatorLayer::new(validator))
    }

    /// Sets for how long the layer goes on reading the body of a refused request; zero reads nothing. Default: 5 s.
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

/// Gives the service inside a [`ValidatorLayer`] request bodies of axum's own type. It has no path outside: a layer's service
/// is known by `<ValidatorLayer as Layer<S>>::Service`.
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
        // `Body::new` takes one of axum's as it is, and boxes any other.
        self.0.call(request.map(|body| match body.into_inner() {
            Ok(body) => Body::new(body),
            Err(held) => Body::new(held),
        }))
    }
}
