//! The head of actix's request in core's types.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;
use axioms_core::http::{HeaderName, Method};
use axioms_core::{ClientCertificate, Refusal, RequestHead, RequestHeaders};

pub(crate) struct Head<'r> {
    method: Method,
    target: Option<&'r str>,
    headers: &'r HeaderMap,
    client_certificate: Option<&'r ClientCertificate>,
}

impl<'r> Head<'r> {
    pub(crate) fn of(request: &'r HttpRequest) -> Result<Self, Refusal> {
        // actix is built on http 0.2, and core on http 1, which accepts every method that 0.2
        // accepts.
        let method = Method::from_bytes(request.method().as_str().as_bytes()).map_err(|_| {
            Refusal::not_configured("a bug of axioms-actix: http 1 does not know this method")
        })?;
        let target = request.uri().path_and_query().map(|target| target.as_str());
        Ok(Self {
            method,
            target,
            headers: request.headers(),
            client_certificate: request.conn_data(),
        })
    }
}

impl RequestHeaders for Head<'_> {
    fn each_value<'h>(&'h self, name: &HeaderName, visit: &mut dyn FnMut(&'h [u8])) {
        self.headers.get_all(name.as_str()).for_each(|value| visit(value.as_bytes()));
    }
}

impl<'h> From<&'h Head<'_>> for RequestHead<'h> {
    fn from(head: &'h Head<'_>) -> Self {
        Self::new(&head.method, head)
            .with_target(head.target)
            .with_client_certificate(head.client_certificate.map(ClientCertificate::as_der))
    }
}
