//! The head of a request, which is all that the guards read.

use std::convert::Infallible;
use std::future::{Ready, ready};

use axioms_core::http::{HeaderMap, Method};
use axioms_core::{ClientCertificate, RequestHead};
use warp::path::FullPath;
use warp::{Filter, Rejection};

/// The parts of a request's head that authorization uses.
pub(crate) struct Head {
    method: Method,
    target: String,
    headers: HeaderMap,
    client_certificate: Option<ClientCertificate>,
}

impl<'h> From<&'h Head> for RequestHead<'h> {
    fn from(head: &'h Head) -> Self {
        Self::new(&head.method, &head.headers)
            .with_target(head.target.as_str())
            .with_client_certificate(head.client_certificate.as_ref().map(ClientCertificate::as_der))
    }
}

/// Extracts the head of any request.
///
/// warp's other header filters only return the first line with a name, and would hide a second
/// `Authorization` header.
pub(crate) fn head() -> impl Filter<Extract = (Head,), Error = Infallible> + Copy {
    warp::method()
        .and(warp::path::full())
        .and(warp::query::raw().map(Some).or_else(no_query))
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional())
        .map(|method, path: FullPath, query: Option<String>, headers, client_certificate| {
            let mut target = path.as_str().to_owned();
            if let Some(query) = query {
                target.push('?');
                target.push_str(&query);
            }
            Head { method, target, headers, client_certificate }
        })
}

fn no_query(_: Rejection) -> Ready<Result<(Option<String>,), Infallible>> {
    ready(Ok((None,)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_target_is_path_and_query_as_sent_also_behind_a_prefix() {
        for target in ["/", "/a/%62?c=d&e", "/a//b/c", "/a/b?", "/a?x=/y?z"] {
            let behind_a_prefix = warp::path("a").and(head());
            let filter = behind_a_prefix.or(head()).unify();
            let head = warp::test::request().path(target).filter(&filter).await.unwrap();
            assert_eq!(RequestHead::from(&head).target(), Some(target));
        }
    }

    #[tokio::test]
    async fn the_client_certificate_is_that_of_the_connection() {
        let shown = ClientCertificate::from_der(&b"der"[..]);
        let with = warp::test::request().extension(shown).filter(&head()).await.unwrap();
        let without = warp::test::request().filter(&head()).await.unwrap();
        assert_eq!(RequestHead::from(&with).client_certificate(), Some(&b"der"[..]));
        assert_eq!(RequestHead::from(&without).client_certificate(), None);
    }
}
