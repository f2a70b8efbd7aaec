//! warp tries other routes after a rejection. A refusal must survive their rejections, and never
//! become warp's 500.

use std::convert::Infallible;

use crate::support::{Api, header, text};
use axioms_warp::{
    Policy, Refusal, Refused, access_token, authorized, recover, recover_with, require, requires,
};
use warp::http::{Response, StatusCode};
use warp::reject::{self, Reject};
use warp::test::request;
use warp::{Filter, Rejection, Reply};

#[requires(any_scopes = "read")]
async fn read() -> Result<impl Reply, Infallible> {
    Ok("read")
}

#[requires(any_scopes = "write")]
async fn write() -> Result<impl Reply, Infallible> {
    Ok("written")
}

#[derive(Debug)]
struct Foreign;

impl Reject for Foreign {}

async fn foreign() -> Result<&'static str, Rejection> {
    Err(reject::custom(Foreign))
}

/// Every way in which another route can reject a request, before and after a guarded one.
#[tokio::test]
async fn a_refusal_survives_the_rejections_of_all_other_routes() {
    let api = Api::start();
    let guarded = warp::path!("a").and(authorized(&api.validator)).and_then(read).boxed();
    let others = [
        ("404", warp::path!("b").map(|| "").boxed()),
        ("405", warp::path!("a").and(warp::put()).map(|| "").boxed()),
        ("400", warp::path!("a").and(warp::header("x-absent")).map(|_: String| "").boxed()),
        ("411", warp::path!("a").and(warp::body::content_length_limit(1)).map(|| "").boxed()),
        ("500", warp::path!("a").and_then(foreign).boxed()),
        ("403", warp::path!("a").and(require(&api.validator, Policy::VALID_TOKEN)).map(|| "").boxed()),
    ];
    for (name, other) in others {
        let before = other.clone().or(guarded.clone()).recover(recover);
        let after = guarded.clone().or(other.clone()).recover(recover);
        let nested = other.clone().or(guarded.clone().or(other.clone()).boxed()).or(other).recover(recover);
        for (place, answer) in [
            ("before", request().path("/a").reply(&before).await),
            ("after", request().path("/a").reply(&after).await),
            ("around", request().path("/a").reply(&nested).await),
        ] {
            assert_eq!(answer.status(), 401, "{name} {place}");
            let challenge = header(answer.headers(), "www-authenticate");
            assert!(challenge.starts_with(r#"Bearer realm="test""#), "{name} {place}: {challenge}");
            assert!(!challenge.contains("error="), "{name} {place}: {challenge}");
        }
    }
}

#[tokio::test]
async fn each_route_of_a_path_has_its_own_policy() {
    let api = Api::start();
    let get = warp::path!("a").and(warp::get()).and(authorized(&api.validator)).and_then(read);
    let put = warp::path!("a").and(warp::put()).and(authorized(&api.validator)).and_then(write);
    let routes = get.or(put).recover(recover);
    let (reader, writer) = (api.granted("read"), api.granted("write"));
    for (method, token, status, scope) in [
        ("GET", &reader, 200, ""),
        ("PUT", &writer, 200, ""),
        ("GET", &writer, 403, r#"scope="read""#),
        ("PUT", &reader, 403, r#"scope="write""#),
        ("POST", &reader, 405, ""),
    ] {
        let answer = request().method(method).path("/a").header("authorization", token).reply(&routes).await;
        assert_eq!(answer.status(), status, "{method}");
        assert!(header(answer.headers(), "www-authenticate").ends_with(scope), "{method}");
    }
}

#[tokio::test]
async fn a_guard_between_path_and_parameters_answers_first() {
    #[requires(any_scopes = "read")]
    async fn article(id: u32) -> String {
        format!("article {id}")
    }
    let api = Api::start();
    let guard = authorized(&api.validator);
    let prefix = warp::path!("articles" / ..).and(guard.clone()).and(warp::path!(u32)).then(article);
    let swapped = warp::path!("drafts" / u32).and(guard).then(|id, guard| article(guard, id));
    let routes = prefix.or(swapped).recover(recover);
    let granted = api.granted("read");
    for (path, authorization, status) in [
        ("/articles/1", None, 401),
        ("/articles/1", Some(&granted), 200),
        ("/articles/x", None, 401),
        ("/articles/x", Some(&granted), 404),
        ("/drafts/1", None, 401),
        ("/drafts/1", Some(&granted), 200),
        ("/drafts/x", None, 404),
    ] {
        let mut sent = request().path(path);
        if let Some(authorization) = authorization {
            sent = sent.header("authorization", authorization);
        }
        assert_eq!(sent.reply(&routes).await.status(), status, "{path}");
    }
}

#[tokio::test]
async fn a_public_route_of_the_same_path_answers_unless_the_refusal_is_final() {
    let api = Api::start();
    let guarded = warp::path!("a").and(authorized(&api.validator)).and_then(read);
    let public = warp::any().map(|| "public");
    let open = guarded.clone().or(public);
    assert_eq!(text(&request().path("/a").reply(&open).await), "public");
    let shut = guarded.recover(recover).or(public);
    assert_eq!(request().path("/a").reply(&shut).await.status(), 401);
    assert_eq!(text(&request().path("/b").reply(&shut).await), "public");
}

#[tokio::test]
async fn without_recover_the_client_learns_nothing() {
    let api = Api::start();
    let route = warp::path!("a").and(authorized(&api.validator)).and_then(read);
    for authorization in ["Bearer abc", &api.granted("secret-scope"), ""] {
        let answer = request().path("/a").header("authorization", authorization).reply(&route).await;
        assert_eq!(answer.status(), 500);
        assert_eq!(text(&answer), "Unhandled rejection: Refused; add recover to the routes");
    }
}

#[tokio::test]
async fn other_rejections_pass_through_recover() {
    let routes = warp::path!("a").and(warp::put()).map(|| "").or(warp::path!("b").and_then(foreign));
    let ours = routes.recover(recover).recover(recover_with(|_: &Refusal| "refused"));
    assert_eq!(request().path("/c").reply(&ours).await.status(), 404);
    assert_eq!(request().path("/a").reply(&ours).await.status(), 405);
    let theirs = ours.recover(|rejection: Rejection| async move {
        match rejection.find::<Foreign>() {
            Some(Foreign) => Ok(StatusCode::IM_A_TEAPOT),
            None => Err(rejection),
        }
    });
    assert_eq!(request().path("/b").reply(&theirs).await.status(), 418);
}

#[tokio::test]
async fn a_handler_can_refuse_by_rejection_or_by_reply() {
    async fn rejects(token: axioms_warp::AccessToken) -> Result<&'static str, Rejection> {
        let policy = Policy::builder().any_roles(["admin"]).build().unwrap();
        token.require(&policy).map_err(Refused::from)?;
        Ok("")
    }
    async fn replies(token: axioms_warp::AccessToken) -> Result<&'static str, Refused> {
        let policy = Policy::builder().any_roles(["admin"]).build().unwrap();
        token.require(&policy)?;
        Ok("")
    }
    let api = Api::start();
    let token = access_token(&api.validator);
    let by_rejection = warp::path!("rejects").and(token.clone()).and_then(rejects);
    let by_reply = warp::path!("replies").and(token).then(replies);
    let routes = by_rejection.or(by_reply).recover(recover);
    let sent = api.granted("read");
    let one = request().path("/rejects").header("authorization", &sent).reply(&routes).await;
    let other = request().path("/replies").header("authorization", &sent).reply(&routes).await;
    assert_eq!(one.status(), 403);
    assert_eq!((one.status(), one.headers(), one.body()), (other.status(), other.headers(), other.body()));
    assert!(one.extensions().get::<Refusal>().is_some(), "for wrappers that render it differently");
}

#[tokio::test]
async fn the_program_can_render_refusals() {
    fn page(refusal: &Refusal) -> Response<String> {
        let mut response = Response::new(format!("<h1>{}</h1>", refusal.error_description()));
        *response.status_mut() = refusal.status();
        response
    }
    let api = Api::start();
    let route = warp::path!("a").and(authorized(&api.validator)).and_then(read).recover(recover_with(page));
    let answer = request().path("/a").reply(&route).await;
    assert_eq!((answer.status().as_u16(), text(&answer)), (401, "<h1>An access token is required</h1>"));
}

#[tokio::test]
async fn cors_answers_preflights_and_marks_refusals() {
    let api = Api::start();
    let cors =
        warp::cors().allow_origin("https://app.example").allow_methods(["GET"]).allow_header("authorization");
    let route = warp::path!("a").and(authorized(&api.validator)).and_then(read).recover(recover).with(cors);
    let preflight = request()
        .method("OPTIONS")
        .path("/a")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization");
    assert_eq!(preflight.reply(&route).await.status(), 200);
    let refused = request().path("/a").header("origin", "https://app.example").reply(&route).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(header(refused.headers(), "access-control-allow-origin"), "https://app.example");
}
