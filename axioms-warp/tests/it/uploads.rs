//! A client that is refused while it sends a large body reads the whole answer, if the layer is
//! around the routes.

use axioms_testing::RawRequest;
use axioms_warp::{ValidatorLayer, access_token, recover};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tower::Layer as _;
use warp::Filter;
use warp::hyper::body::Bytes;

use crate::support::Api;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_keeps_sending_reads_the_refusal() {
    let api = Api::start();
    let length = |_, body: Bytes| body.len().to_string();
    let routes = access_token(&api.validator).and(warp::body::bytes()).map(length).recover(recover);
    let service = ValidatorLayer::new(api.validator.clone()).layer(warp::service(routes));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = TowerToHyperService::new(service.clone());
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                drop(server.serve_connection(TokioIo::new(stream), service).await);
            });
        }
    });
    let send = |token: String, size| {
        let request = RawRequest::new("POST", "/").bearer(&token).body(vec![b'x'; size]);
        tokio::task::spawn_blocking(move || request.send_all(address))
    };
    for size in [0, 1, 64 * 1024, 1024 * 1024, 10 * 1024 * 1024] {
        let answer = send("rubbish".to_owned(), size).await.unwrap();
        let answer = answer.unwrap_or_else(|error| panic!("{size}: {error}"));
        assert_eq!(answer.status(), 401, "{size}");
        assert!(answer.body().starts_with(b"{\"error\":\"invalid_token\""), "{size}");
    }
    let accepted = send(api.token().sign(), 5).await.unwrap();
    assert_eq!(accepted.unwrap().body(), b"5");
}
