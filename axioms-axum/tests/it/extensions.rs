//! Guards trust only their own values in a request's extensions, and reuse the token that an
//! earlier guard verified.

use std::sync::{Arc, Mutex};

use axioms_axum::{
    AccessToken, Owned, Owner, Policy, Refusal, RequireLayer, Validator, ValidatorLayer, access_token,
    requires,
};
use axioms_testing::{AUDIENCE, TestIssuer};
use axum::extract::{Extension, FromRequestParts, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, map_request, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Router, body::Body};

use crate::support::{self, INNER, answer, issuer, send, status, validator, validator_for};

async fn subject(token: AccessToken) -> String {
    token.subject().unwrap_or_default().to_owned()
}

#[requires]
async fn guarded(token: AccessToken) -> String {
    token.subject().unwrap_or_default().to_owned()
}

async fn optional(token: Option<AccessToken>) -> String {
    token.as_ref().and_then(|token| token.subject()).unwrap_or("anonymous").to_owned()
}

fn routes() -> Router {
    Router::new()
        .route("/extracted", get(subject))
        .route("/guarded", get(guarded))
        .route("/optional", get(optional))
        .route("/layered", get(subject).layer(RequireLayer::new(Policy::VALID_TOKEN)))
}

const PATHS: [&str; 4] = ["/extracted", "/guarded", "/optional", "/layered"];

#[tokio::test]
async fn extensions_of_a_program_never_replace_validator_or_token() {
    let (issuer, partner) = (issuer(), issuer());
    let theirs = validator(&partner);
    let token = theirs.validate(&partner.token().subject("mallory").sign()).expect("a valid token");
    let kept = Arc::new(Mutex::new(None::<AccessToken>));
    let keep = Arc::clone(&kept);
    // A program gets the adapter's own token type only from a request.
    let theirs_app = Router::new()
        .route("/", get(async move |token: AccessToken| *keep.lock().expect("no panic") = Some(token)))
        .layer(ValidatorLayer::new(theirs.clone()));
    let request = support::get("/", Some(&partner.token().subject("mallory").sign()));
    assert_eq!(status(&theirs_app, request).await, 200);
    let extracted = kept.lock().expect("no panic").take().expect("the token was kept");
    let refusal = theirs.validate("rubbish").expect_err("no token");

    let insert = |router: Router| {
        router
            .layer(Extension(theirs.clone()))
            .layer(Extension(Some(theirs.clone())))
            .layer(Extension(ValidatorLayer::new(theirs.clone())))
            .layer(Extension(token.clone()))
            .layer(Extension(extracted.clone()))
            .layer(Extension(refusal.clone()))
    };
    let install = ValidatorLayer::new(validator(&issuer));
    let apps = [
        ("inside", insert(routes()).layer(install.clone())),
        ("outside", insert(routes().layer(install.clone()))),
        ("without a validator of our own", insert(routes())),
    ];
    let ours = issuer.token().subject("alice").sign();
    let foreign = partner.token().subject("mallory").sign();
    for (name, app) in apps {
        let installed = name != "without a validator of our own";
        for path in PATHS {
            let open = path == "/optional";
            let none = if open { (200, "anonymous".to_owned()) } else { (401, String::new()) };
            let rows = [
                (Some(&ours), (200, "alice".to_owned())),
                (Some(&foreign), (401, String::new())),
                (None, none),
            ];
            for (token, expected) in rows {
                let (status, body) = answer(&app, support::get(path, token.map(String::as_str))).await;
                let expected = if installed { expected } else { (500, String::new()) };
                assert_eq!(status, expected.0, "{name} {path} {token:?}");
                assert!(status != 200 || body == expected.1, "{name} {path} {token:?}: {body}");
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_in_the_extensions_of_another_response_changes_nothing_about_it() {
    let issuer = issuer();
    let refusal = validator(&issuer).validate("rubbish").expect_err("no token");
    let leave = move |mut response: Response| {
        response.extensions_mut().insert(refusal.clone());
        async { response }
    };
    let app = routes().layer(map_response(leave)).layer(ValidatorLayer::new(validator(&issuer)));
    let token = issuer.token().subject("alice").sign();
    for path in PATHS {
        assert_eq!(answer(&app, support::get(path, Some(&token))).await, (200, "alice".to_owned()), "{path}");
        let refused = send(&app, support::get(path, Some("a,b"))).await;
        assert_eq!(refused.status(), 400, "{path}");
    }
}

#[derive(Owned)]
struct Note {
    #[owner]
    owner: String,
}

impl<S: Sync> FromRequestParts<S> for Note {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        Ok(Self { owner: "alice".to_owned() })
    }
}

#[requires]
async fn everything(
    first: AccessToken,
    second: Option<AccessToken>,
    Owner(note): Owner<Note>,
    request: Request,
) -> String {
    let third = access_token(request.extensions()).and_then(|token| token.subject()).unwrap_or_default();
    let second = second.as_ref().and_then(|token| token.subject()).unwrap_or_default();
    format!("{} {second} {third} {}", first.subject().unwrap_or_default(), note.owner)
}

#[requires]
async fn middleware(request: Request, next: Next) -> Response {
    next.run(request).await
}

/// A validator without a cache, which counts each token that it verifies.
fn without_cache(issuer: &TestIssuer) -> Validator {
    let builder = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).token_cache(0);
    builder.build().expect("a valid configuration")
}

#[tokio::test]
async fn a_token_is_verified_once_for_all_guards_of_a_request() {
    let issuer = issuer();
    let router = || Router::new().route("/", get(everything));
    let routers = [
        ("the handler's guard alone", router()),
        ("behind a layer", router().layer(RequireLayer::new(Policy::VALID_TOKEN))),
        ("behind a middleware function", router().layer(from_fn(middleware))),
    ];
    for (name, router) in routers {
        let validator = without_cache(&issuer);
        let app = router.layer(ValidatorLayer::new(validator.clone()));
        let request = support::get("/", Some(&issuer.token().subject("alice").sign()));
        assert_eq!(answer(&app, request).await, (200, "alice alice alice alice".to_owned()), "{name}");
        assert_eq!(validator.stats().accepted, 1, "{name}");
    }
}

#[tokio::test]
async fn the_policy_is_evaluated_also_where_the_token_is_known() {
    #[requires(any_roles = "staff")]
    async fn staff() -> &'static str {
        "ok"
    }
    #[requires(POST(any_roles = "staff"))]
    async fn posts() -> &'static str {
        "ok"
    }
    let issuer = issuer();
    let app = Router::new()
        .route("/staff", get(staff))
        .route("/posts", get(posts))
        .layer(RequireLayer::new(Policy::VALID_TOKEN))
        .layer(ValidatorLayer::new(validator(&issuer)));
    let (staff, plain) = (issuer.token().roles(["staff"]).sign(), issuer.token().sign());
    for (path, token, expected) in
        [("/staff", &staff, 200), ("/staff", &plain, 403), ("/posts", &staff, 403), ("/posts", &plain, 403)]
    {
        assert_eq!(status(&app, support::get(path, Some(token))).await, expected, "{path}");
    }
}

/// A middleware's change to a request, given another token, and the answers of three handlers.
type ChangeRow = (&'static str, fn(&mut Request, &HeaderValue), [(u16, &'static str); 3]);

#[tokio::test]
async fn changed_credentials_are_checked_again() {
    let issuer = issuer();
    let bob = format!("Bearer {}", issuer.token().subject("bob").sign());
    let bob = HeaderValue::try_from(bob).expect("a token is a header's value");
    let rows: [ChangeRow; 5] = [
        ("nothing", |_, _| {}, [(200, "alice"), (200, "alice"), (200, "alice")]),
        (
            "another token",
            |request, bob| drop(request.headers_mut().insert(AUTHORIZATION, bob.clone())),
            [(200, "bob"), (200, "bob"), (200, "bob")],
        ),
        (
            "no token",
            |request, _| drop(request.headers_mut().remove(AUTHORIZATION)),
            [(401, ""), (401, ""), (200, "anonymous")],
        ),
        (
            "a second token",
            |request, bob| _ = request.headers_mut().append(AUTHORIZATION, bob.clone()),
            [(400, ""), (400, ""), (400, "")],
        ),
        ("no extensions", |request, _| request.extensions_mut().clear(), [(500, ""), (500, ""), (500, "")]),
    ];
    let alice = issuer.token().subject("alice").sign();
    for (name, change, expected) in rows {
        let bob = bob.clone();
        let changing = map_request(move |mut request: Request| {
            change(&mut request, &bob);
            async { request }
        });
        let app = Router::new()
            .route("/extracted", get(subject))
            .route("/guarded", get(guarded))
            .route("/optional", get(optional))
            .layer(changing)
            .layer(RequireLayer::new(Policy::VALID_TOKEN))
            .layer(ValidatorLayer::new(validator(&issuer)));
        for (path, expected) in ["/extracted", "/guarded", "/optional"].into_iter().zip(expected) {
            let (status, body) = answer(&app, support::get(path, Some(&alice))).await;
            assert_eq!(status, expected.0, "{name} {path}");
            assert!(status != 200 || body == expected.1, "{name} {path}: {body}");
        }
    }
}

#[tokio::test]
async fn the_token_of_another_validator_is_never_taken() {
    let issuer = issuer();
    let inner = routes().layer(ValidatorLayer::new(validator_for(&issuer, INNER)));
    let app = Router::new()
        .nest("/inner", inner)
        .layer(RequireLayer::new(Policy::VALID_TOKEN))
        .layer(ValidatorLayer::new(validator(&issuer)));
    let outer_only = issuer.token().subject("alice").sign();
    let both = issuer.token().subject("alice").claim("aud", [AUDIENCE, INNER]).sign();
    let inner_only = issuer.token().subject("alice").claim("aud", INNER).sign();
    for path in PATHS {
        let path = format!("/inner{path}");
        for (token, expected) in [(&outer_only, 401), (&both, 200), (&inner_only, 401)] {
            assert_eq!(status(&app, support::get(&path, Some(token))).await, expected, "{path}");
        }
    }
}

/// Renders refusals without the [`Refusal`] extension, as a middleware that creates its own
/// response may do.
async fn page(response: Response) -> Response<Body> {
    match response.extensions().get::<Refusal>() {
        Some(refusal) => (refusal.status(), refusal.headers(), "a page").into_response(),
        None => response,
    }
}

#[tokio::test]
async fn refusals_of_guards_layers_and_handlers_are_rendered_once() {
    #[requires]
    async fn demands(token: AccessToken) -> Result<(), axioms_axum::Refused> {
        token.require(&support::roles("staff"))?;
        Ok(())
    }
    let issuer = issuer();
    let app = routes()
        .route("/demands", get(demands))
        .route("/from_fn", get(|| async {}).layer(from_fn(middleware)))
        .layer(map_response(page))
        .layer(ValidatorLayer::new(validator(&issuer)));
    for path in [&PATHS[..], &["/from_fn", "/demands"]].concat() {
        let refused = answer(&app, support::get(path, Some("rubbish"))).await;
        assert_eq!(refused, (401, "a page".to_owned()), "{path}");
    }
    let denied = answer(&app, support::get("/demands", Some(&issuer.token().sign()))).await;
    assert_eq!(denied, (403, "a page".to_owned()));
}
