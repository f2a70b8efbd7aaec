//! The validator in the router's state, without a layer and inside one.

use axioms_axum::state::{FromState, requires};
use axioms_axum::{
    AccessToken, Authorized, Claims, OwnerOrSafe, Policy, Refused, RequireLayer, Validator, ValidatorLayer,
};
use axioms_testing::AUDIENCE;
use axum::Router;
use axum::extract::{FromRef, FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get};

use crate::support::{self, INNER, answer, issuer, request, roles, status, validator, validator_for};

#[derive(Clone, FromRef)]
struct App {
    validator: Validator,
    greeting: &'static str,
}

#[requires(any_scopes = "read")]
async fn guarded(State(greeting): State<&'static str>, token: AccessToken) -> String {
    format!("{greeting} {}", token.subject().unwrap_or_default())
}

async fn extracted(FromState(token): FromState<AccessToken>) -> String {
    token.subject().unwrap_or_default().to_owned()
}

async fn optional(FromState(token): FromState<Option<AccessToken>>) -> String {
    token.as_ref().and_then(|token| token.subject()).unwrap_or("anonymous").to_owned()
}

#[derive(axioms_axum::Owned)]
struct Note {
    #[owner]
    owner: &'static str,
}

impl<S: Sync> FromRequestParts<S> for Note {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        Ok(Self { owner: "alice" })
    }
}

async fn owned(FromState(OwnerOrSafe(note)): FromState<OwnerOrSafe<Note>>) -> String {
    note.owner.to_owned()
}

#[derive(serde::Deserialize)]
struct Subject {
    sub: String,
}

async fn claims(FromState(Claims(claims)): FromState<Claims<Subject>>, _: AccessToken) -> String {
    claims.sub
}

fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Validator: FromRef<S>,
{
    Router::new()
        .route("/extracted", get(extracted))
        .route("/optional", get(optional))
        .route("/owned", any(owned))
        .route("/claims", get(claims))
}

#[tokio::test]
async fn a_validator_in_the_state_needs_no_layer() {
    let issuer = issuer();
    let alone = routes().with_state(validator(&issuer));
    let among_others = routes()
        .route("/guarded", get(guarded))
        .nest("/nested", Router::new().route("/guarded", get(guarded)))
        .fallback(guarded)
        .with_state(App { validator: validator(&issuer), greeting: "hello" });
    let alice = issuer.token().subject("alice");
    let (alice, reader) = (alice.sign(), alice.scopes(["read"]).sign());
    let bob = issuer.token().subject("bob").sign();
    let rows = [
        ("GET", "/extracted", [(401, ""), (401, ""), (200, "bob"), (200, "alice"), (200, "alice")]),
        ("GET", "/optional", [(200, "anonymous"), (401, ""), (200, "bob"), (200, "alice"), (200, "alice")]),
        ("GET", "/claims", [(401, ""), (401, ""), (200, "bob"), (200, "alice"), (200, "alice")]),
        ("GET", "/owned", [(401, ""), (401, ""), (200, "alice"), (200, "alice"), (200, "alice")]),
        ("PUT", "/owned", [(401, ""), (401, ""), (403, ""), (200, "alice"), (200, "alice")]),
    ];
    let guarded = [(401, ""), (401, ""), (403, ""), (403, ""), (200, "hello alice")];
    let guarded = ["/guarded", "/nested/guarded", "/nowhere"].map(|path| ("GET", path, guarded));
    let tokens = [None, Some("rubbish"), Some(&*bob), Some(&*alice), Some(&*reader)];
    for (name, app, rows) in [
        ("alone", &alone, rows.to_vec()),
        ("among others", &among_others, [rows.as_slice(), guarded.as_slice()].concat()),
    ] {
        for (method, path, expected) in rows {
            for (token, (expected, text)) in tokens.into_iter().zip(expected) {
                let (status, body) = answer(app, request(method, path, token, "")).await;
                assert_eq!(status, expected, "{name}: {method} {path} {token:?}");
                assert!(status != 200 || body == text, "{name}: {method} {path} {token:?}: {body}");
            }
        }
    }
}

#[tokio::test]
async fn the_validator_in_the_state_takes_precedence_over_layers() {
    let issuer = issuer();
    let inner = validator_for(&issuer, INNER);
    let routes = || routes().with_state(inner.clone());
    let install = || ValidatorLayer::new(validator(&issuer));
    let require = || RequireLayer::new(Policy::VALID_TOKEN);
    let both = issuer.token().subject("alice").claim("aud", [AUDIENCE, INNER]).sign();
    let for_layer = issuer.token().subject("alice").sign();
    let for_state = issuer.token().subject("alice").audience(INNER).sign();
    let rows = [
        ("no layer", routes(), [200, 401, 200]),
        ("a layer of another validator", routes().layer(install()), [200, 401, 200]),
        // The outer guard uses its own validator, and the inner one does not reuse its token.
        ("a guard of another validator", routes().layer(require()).layer(install()), [200, 401, 401]),
    ];
    for (name, app, expected) in rows {
        for path in ["/extracted", "/optional", "/owned", "/claims"] {
            for (n, token) in [&both, &for_layer, &for_state].into_iter().enumerate() {
                let status = status(&app, support::get(path, Some(token))).await;
                assert_eq!(status, expected[n], "{name}: {path}, token {n}");
            }
        }
    }
}

#[tokio::test]
async fn a_token_is_verified_once_where_layer_and_state_have_one_validator() {
    #[requires]
    async fn handler(_: AccessToken, FromState(token): FromState<AccessToken>) -> String {
        token.subject().unwrap_or_default().to_owned()
    }
    let issuer = issuer();
    let builder = || Validator::builder().audience(AUDIENCE).issuer(issuer.url()).token_cache(0);
    let token = issuer.token().subject("alice").sign();
    for layered in [false, true] {
        let validator = builder().build().expect("a valid configuration");
        let router = Router::new().route("/", get(handler)).with_state(validator.clone());
        let app = if layered {
            router.layer(RequireLayer::new(Policy::VALID_TOKEN)).layer(ValidatorLayer::new(validator.clone()))
        } else {
            router
        };
        let answered = answer(&app, support::get("/", Some(&token))).await;
        assert_eq!(answered, (200, "alice".to_owned()), "{layered}");
        assert_eq!(validator.stats().accepted, 1, "{layered}");
    }
}

#[tokio::test]
async fn an_extractor_before_the_validator_is_installed_refuses() {
    async fn handler(_: AccessToken, _: FromState<AccessToken>) -> &'static str {
        "ok"
    }
    let issuer = issuer();
    let app = Router::new().route("/", get(handler)).with_state(validator(&issuer));
    assert_eq!(status(&app, support::get("/", Some(&issuer.token().sign()))).await, 500);
}

#[tokio::test]
async fn a_middleware_function_with_state_guards_only_its_part() {
    #[requires(any_roles = "staff")]
    async fn staff(request: Request, next: Next) -> Response {
        next.run(request).await
    }
    async fn subject(token: AccessToken) -> String {
        token.subject().unwrap_or_default().to_owned()
    }
    let issuer = issuer();
    let part = Router::new()
        .route("/admin", any(subject))
        .route_layer(from_fn_with_state(validator(&issuer), staff));
    let app = Router::new().route("/open", any(|| async { "open" })).merge(part);
    let (alice, bob) = (issuer.token().subject("alice").roles(["staff"]).sign(), issuer.token().sign());
    let rows = [("/admin", [401, 403, 200]), ("/open", [200, 200, 200]), ("/nowhere", [404, 404, 404])];
    for (path, expected) in rows {
        for method in ["GET", "OPTIONS", "HEAD", "DELETE"] {
            for (token, expected) in [None, Some(&bob), Some(&alice)].into_iter().zip(expected) {
                let request = request(method, path, token.map(String::as_str), "");
                assert_eq!(status(&app, request).await, expected, "{method} {path} {token:?}");
            }
        }
    }
    assert_eq!(answer(&app, support::get("/admin", Some(&alice))).await.1, "alice");
}

#[tokio::test]
async fn a_handler_is_called_with_a_guard_that_its_policy_made() {
    #[requires(any_roles = "staff")]
    fn handler(token: AccessToken) -> Result<AccessToken, Refused> {
        token.require(&roles("staff"))?;
        Ok(token)
    }
    let issuer = issuer();
    let validator = validator(&issuer);
    let valid = |token: &str| validator.validate(token).expect("a valid token");
    let alice = valid(&issuer.token().subject("alice").roles(["staff"]).sign());
    let guard = Authorized::check(&alice).expect("the token has the role");
    let token = handler(FromState(guard), alice.into()).expect("she is staff");
    assert_eq!(token.subject(), Some("alice"));
    let bob = valid(&issuer.token().sign());
    let refused = Authorized::check(&bob).map(|guard| drop(handler(FromState(guard), bob.clone().into())));
    assert_eq!(refused.expect_err("he is not").refusal().status(), 403);
}
