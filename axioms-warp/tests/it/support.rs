//! Shared by the tests: an API with its own issuer.

use std::net::{Ipv4Addr, SocketAddr};

use axioms_testing::{AUDIENCE, RawRequest, TestIssuer, TokenBuilder};
use axioms_warp::{Algorithm, Validator, ValidatorBuilder};
use warp::http::{HeaderMap, Response};
use warp::{Filter, Rejection, Reply};

/// A resource server and its issuer.
pub(crate) struct Api {
    pub(crate) issuer: TestIssuer,
    pub(crate) validator: Validator,
}

impl Api {
    pub(crate) fn start() -> Self {
        Self::configured(|builder| builder)
    }

    pub(crate) fn configured(configure: impl FnOnce(ValidatorBuilder) -> ValidatorBuilder) -> Self {
        Self::of(issuer(), configure)
    }

    /// An API whose issuer fails from the first fetch on.
    pub(crate) fn of(
        issuer: TestIssuer,
        configure: impl FnOnce(ValidatorBuilder) -> ValidatorBuilder,
    ) -> Self {
        let builder = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).realm("test");
        let validator = configure(builder).build().expect("the configuration is complete");
        Self { issuer, validator }
    }

    pub(crate) fn token(&self) -> TokenBuilder {
        self.issuer.token()
    }

    /// The value of an `Authorization` header whose token grants `scope`.
    pub(crate) fn granted(&self, scope: &str) -> String {
        bearer(&self.token().scopes([scope]))
    }
}

pub(crate) fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithms([Algorithm::ES256]).start()
}

pub(crate) fn bearer(token: &TokenBuilder) -> String {
    format!("Bearer {}", token.sign())
}

/// A header that must not be repeated.
pub(crate) fn header<'r>(headers: &'r HeaderMap, name: &str) -> &'r str {
    let mut values = headers.get_all(name).iter();
    let value = values.next().map_or("", |value| value.to_str().expect("headers are ASCII"));
    assert_eq!(values.next(), None, "{name} is not repeated");
    value
}

pub(crate) fn text<B: AsRef<[u8]>>(response: &Response<B>) -> &str {
    std::str::from_utf8(response.body().as_ref()).expect("bodies are UTF-8")
}

/// Serves `routes` on a loopback port, for as long as the test's runtime lives.
pub(crate) async fn serve<F>(routes: F) -> SocketAddr
where
    F: Filter<Extract: Reply, Error = Rejection> + Clone + Send + Sync + 'static,
{
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("the port that was bound");
    tokio::spawn(warp::serve(routes).incoming(listener).run());
    address
}

/// Sends a request over a socket, away from the runtime that serves it.
pub(crate) async fn send(request: RawRequest, address: SocketAddr) -> Response<Vec<u8>> {
    let sent = tokio::task::spawn_blocking(move || request.send(address)).await;
    sent.expect("sending does not panic").expect("the server answers")
}
