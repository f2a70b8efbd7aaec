//! Handlers of warp.

use axioms_warp::{authorized, recover, requires};
use tracing::instrument;
use warp::Filter;
use warp::test::request;

#[requires(any_scopes = "read")]
#[instrument]
async fn instrument_below() -> String {
    "ok".to_owned()
}

#[instrument]
#[requires(any_scopes = "read")]
async fn instrument_above() -> String {
    "ok".to_owned()
}

#[requires(any_scopes = "read")]
#[utoipa::path(get, path = "/messages", responses((status = OK)))]
async fn utoipa_below() -> String {
    "ok".to_owned()
}

#[utoipa::path(get, path = "/messages", responses((status = OK)))]
#[requires(any_scopes = "read")]
async fn utoipa_above() -> String {
    "ok".to_owned()
}

#[doc = "Documented."]
#[cfg_attr(all(), must_use)]
#[requires(any_scopes = "read")]
#[cfg_attr(any(), deprecated)]
#[expect(unused_variables, reason = "of the test")]
async fn others() -> String {
    let nothing = 0;
    "ok".to_owned()
}

#[tokio::test]
async fn attributes_of_other_crates_leave_the_guard_in_place() {
    let validator = crate::validator();
    let routes = warp::path!("instrument_below")
        .and(authorized(&validator))
        .then(instrument_below)
        .or(warp::path!("instrument_above").and(authorized(&validator)).then(instrument_above))
        .or(warp::path!("utoipa_below").and(authorized(&validator)).then(utoipa_below))
        .or(warp::path!("utoipa_above").and(authorized(&validator)).then(utoipa_above))
        .or(warp::path!("others").and(authorized(&validator)).then(others))
        .recover(recover);
    for path in ["/instrument_below", "/instrument_above", "/utoipa_below", "/utoipa_above", "/others"] {
        assert_eq!(request().path(path).reply(&routes).await.status(), 401, "{path}");
        let passed = request().path(path).header("authorization", crate::reader()).reply(&routes).await;
        assert_eq!((passed.status().as_u16(), &passed.body()[..]), (200, &b"ok"[..]), "{path}");
    }
}
