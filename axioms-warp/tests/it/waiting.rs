//! A guard that waits for keys must not block the runtime.

use std::time::Duration;

use crate::support::{Api, send, serve, text};
use axioms_testing::RawRequest;
use axioms_warp::{access_token, recover};
use warp::Filter;

// One thread serves, so a blocking guard would delay every request.
#[tokio::test(flavor = "current_thread")]
async fn waiting_for_keys_delays_no_other_request() {
    let issuer = crate::support::issuer();
    let hold = issuer.hold();
    let api = Api::of(issuer, |builder| builder.prefetch(false));
    let guarded = warp::path!("account").and(access_token(&api.validator)).map(|_| "yours");
    let address = serve(guarded.or(warp::path!("health").map(|| "up")).recover(recover)).await;
    let waiting = RawRequest::get("/account").bearer(&api.token().sign());
    let waiting = tokio::spawn(send(waiting, address));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(text(&send(RawRequest::get("/health"), address).await), "up");
    assert!(!waiting.is_finished(), "the keys are held back, so the guarded request still waits");
    drop(hold);
    assert_eq!(waiting.await.unwrap().status(), 200);
}
