//! Guarded handlers: their other arguments, their state, and the errors of `?`.

use std::collections::HashMap;

use axioms_axum::{AccessToken, Authorized, Refused, RequireLayer, Validator, ValidatorLayer, requires};
use axum::extract::{Json, Path, Query, Request, State};
use axum::http::{HeaderValue, Method};
use axum::routing::{get, post};
use axum::{Router, debug_handler};
use serde_json::{Value, json};

use crate::support::{self, answer, issuer, request, roles, status, validator};

#[derive(Clone)]
struct App {
    greeting: &'static str,
}

// The guard is inserted before axum checks the arguments, so `#[requires]` is above
// `#[debug_handler]`.
#[requires(any_scopes = "read")]
#[debug_handler(state = App)]
async fn greet(State(app): State<App>, token: AccessToken) -> String {
    format!("{} {}", app.greeting, token.subject().unwrap_or_default())
}

#[requires(any_scopes = "write")]
#[debug_handler(state = App)]
async fn write(
    Path((shelf, book)): Path<(u32, u32)>,
    Query(query): Query<HashMap<String, u32>>,
    State(app): State<App>,
    token: Option<AccessToken>,
    method: Method,
    Json(body): Json<Vec<u32>>,
) -> Json<Value> {
    let subject = token.as_ref().and_then(|token| token.subject());
    let (greeting, method) = (app.greeting, method.as_str());
    Json(json!([shelf, book, query, greeting, subject, method, body]))
}

fn library(validator: Validator) -> Router {
    Router::new()
        .route("/greet", get(greet))
        .route("/{shelf}/{book}", post(write))
        .layer(ValidatorLayer::new(validator))
        .with_state(App { greeting: "hello" })
}

#[tokio::test]
async fn handlers_have_state_and_debug_handler_next_to_their_guard() {
    let issuer = issuer();
    let app = library(validator(&issuer));
    let token = issuer.token().subject("alice").scopes(["read"]).sign();
    assert_eq!(answer(&app, support::get("/greet", Some(&token))).await, (200, "hello alice".to_owned()));
    assert_eq!(status(&app, support::get("/greet", None)).await, 401);
}

fn post_json(path: &str, token: Option<&str>, body: &str) -> Request {
    let mut request = request("POST", path, token, body.to_owned());
    request.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    request
}

#[tokio::test]
async fn a_guarded_handler_takes_every_extractor_with_the_body_last() {
    let issuer = issuer();
    let token = issuer.token().subject("alice").scopes(["write"]).sign();
    let (status, body) =
        answer(&library(validator(&issuer)), post_json("/1/2?page=3", Some(&token), "[4]")).await;
    let body: Value = serde_json::from_str(&body).unwrap_or(Value::String(body));
    assert_eq!((status, body), (200, json!([1, 2, { "page": 3 }, "hello", "alice", "POST", [4]])));
}

#[tokio::test]
async fn the_guard_answers_before_any_extractor_can() {
    let issuer = issuer();
    let app = library(validator(&issuer));
    let (reader, writer) = (issuer.token().scopes(["read"]).sign(), issuer.token().scopes(["write"]).sign());
    let rows = [
        ("all is well", "/1/2?page=3", "[4]", 200),
        ("the path is no number", "/one/2?page=3", "[4]", 400),
        ("the query is no number", "/1/2?page=three", "[4]", 400),
        ("the body is no JSON", "/1/2?page=3", "[", 400),
        ("the body is other JSON", "/1/2?page=3", "{}", 422),
    ];
    for (name, path, body, expected) in rows {
        let ask = async |token| status(&app, post_json(path, token, body)).await;
        assert_eq!(ask(Some(writer.as_str())).await, expected, "{name}");
        assert_eq!(ask(Some(reader.as_str())).await, 403, "{name}, without the scope");
        assert_eq!(ask(Some("rubbish")).await, 401, "{name}, with a bad token");
        assert_eq!(ask(None).await, 401, "{name}, without a token");
    }
}

#[tokio::test]
async fn a_question_mark_returns_the_original_refusal() {
    async fn demand(
        State(validator): State<Validator>,
        token: AccessToken,
        what: String,
    ) -> Result<&'static str, Refused> {
        if what == "denied" {
            token.require(&roles("admin"))?;
        }
        validator.validate_async(&what).await?;
        Ok("ok")
    }
    let issuer = issuer();
    let validator = validator(&issuer);
    let app = Router::new()
        .route("/", post(demand))
        .layer(ValidatorLayer::new(validator.clone()))
        .with_state(validator);
    let good = issuer.token().sign();
    let rows = [
        (good.clone(), 200, "ok"),
        (
            "denied".to_owned(),
            403,
            r#"{"error":"insufficient_scope","error_description":"The access token does not grant what this resource requires"}"#,
        ),
        (
            issuer.token().expired().sign(),
            401,
            r#"{"error":"invalid_token","error_description":"The access token expired"}"#,
        ),
    ];
    for (body, status, expected) in rows {
        let answered = answer(&app, request("POST", "/", Some(&good), body.clone())).await;
        assert_eq!(answered, (status, expected.to_owned()), "{body}");
    }
}

#[tokio::test]
async fn a_guarded_handler_is_called_with_a_guard_that_its_policy_made() {
    #[requires(any_scopes = "read")]
    fn read(_id: Path<u32>) {}
    #[requires(GET(public), POST(any_scopes = "write"))]
    fn per_method() {}
    let issuer = issuer();
    let validator = validator(&issuer);
    let reader =
        validator.validate(&issuer.token().subject("alice").scopes(["read"]).sign()).expect("a token");
    let writer = validator.validate(&issuer.token().scopes(["write"]).sign()).expect("a token");
    let status = |refused: Refused| refused.refusal().status().as_u16();

    let guard = Authorized::check(&reader).expect("the policy is met");
    assert_eq!(format!("{guard:?}").matches("alice").count(), 1);
    assert_eq!(guard.token().and_then(|token| token.subject()), Some("alice"));
    read(guard, Path(7));
    // `check` infers the policy from the called handler.
    let refused = Authorized::check(&writer).map(|guard| read(guard, Path(7)));
    assert_eq!(refused.map(drop).map_err(status), Err(403));

    let rows = [
        (Method::GET, None, Ok(false)),
        (Method::HEAD, Some(&reader), Ok(false)),
        (Method::POST, None, Err(401)),
        (Method::POST, Some(&reader), Err(403)),
        (Method::POST, Some(&writer), Ok(true)),
        (Method::PUT, Some(&writer), Err(403)),
        (Method::PUT, None, Err(401)),
    ];
    for (method, token, expected) in rows {
        let call = |guard: Authorized<_>| {
            let seen = guard.token().is_some();
            per_method(guard);
            seen
        };
        assert_eq!(Authorized::check_for(&method, token).map(call).map_err(status), expected, "{method}");
    }
}

#[test]
fn public_types_are_send_and_sync() {
    fn checked<T: Send + Sync>() {}
    checked::<AccessToken>();
    checked::<Authorized<std::cell::Cell<()>>>();
    checked::<axioms_axum::Claims<u8>>();
    checked::<axioms_axum::Owner<u8>>();
    checked::<axioms_axum::OwnerOrSafe<u8>>();
    checked::<axioms_axum::OwnerRejection<u8>>();
    checked::<axioms_axum::state::FromState<u8>>();
    checked::<Refused>();
    checked::<RequireLayer>();
    checked::<ValidatorLayer>();
    checked::<<ValidatorLayer as tower::Layer<()>>::Service>();
    checked::<<RequireLayer as tower::Layer<()>>::Service>();
}
