//! The policy of a guard: per method, by name, and for requests that no route takes.

use axioms_axum::{AccessToken, RequireLayer, ValidatorLayer, requires};
use axum::Router;
use axum::routing::{any, get};

use crate::support::{self, answer, issuer, request, roles, status, validator};

#[requires(any_scopes = "read")]
async fn read(token: AccessToken) -> String {
    token.subject().unwrap_or_default().to_owned()
}

#[requires]
async fn any_token() -> &'static str {
    "ok"
}

#[tokio::test]
async fn methods_of_one_route_are_guarded_apart() {
    #[requires(any_scopes = "write")]
    async fn write() -> &'static str {
        "ok"
    }
    let issuer = issuer();
    let guarded = get(any_token)
        .layer(RequireLayer::new(roles("staff")))
        .post(write)
        .delete(|| async { "ok" })
        .layer(ValidatorLayer::new(validator(&issuer)))
        .patch(any_token);
    let app = Router::new().route("/", guarded);
    let tokens = [
        None,
        Some(issuer.token().sign()),
        Some(issuer.token().roles(["staff"]).sign()),
        Some(issuer.token().scopes(["write"]).sign()),
    ];
    let rows = [
        ("GET", [401, 403, 200, 403]),
        ("HEAD", [401, 403, 200, 403]),
        ("POST", [401, 403, 403, 200]),
        ("DELETE", [200, 200, 200, 200]),
        // This route was added after the validator's layer, which does not cover it.
        ("PATCH", [500, 500, 500, 500]),
        // The layer also covers the answers to methods without a handler.
        ("PUT", [401, 403, 405, 403]),
    ];
    for (method, expected) in rows {
        for (token, expected) in tokens.iter().zip(expected) {
            let request = request(method, "/", token.as_deref(), "");
            assert_eq!(status(&app, request).await, expected, "{method} {token:?}");
        }
    }
}

axioms_axum::policy! {
    /// May write.
    Editors(any_scopes = "write", all_roles = "editor");
    Articles(GET(public), "PURGE"(any_roles = "admin"), default(Editors));
}

#[tokio::test]
async fn a_policy_with_a_name_demands_what_it_says() {
    #[requires(Articles)]
    async fn alone() -> &'static str {
        "ok"
    }
    #[requires(any(Editors, any_roles = "admin"))]
    async fn in_a_group() -> &'static str {
        "ok"
    }
    #[requires(Editors, all_roles = "chief")]
    async fn with_more() -> &'static str {
        "ok"
    }
    let issuer = issuer();
    let app = Router::new()
        .route("/alone", any(alone))
        .route("/group", any(in_a_group))
        .route("/more", any(with_more))
        .layer(ValidatorLayer::new(validator(&issuer)));
    let tokens = [
        None,
        Some(issuer.token().scopes(["write"]).sign()),
        Some(issuer.token().scopes(["write"]).roles(["editor"]).sign()),
        Some(issuer.token().roles(["admin"]).sign()),
        Some(issuer.token().scopes(["write"]).roles(["editor", "chief"]).sign()),
    ];
    let rows = [
        ("GET", "/alone", [200, 200, 200, 200, 200]),
        ("HEAD", "/alone", [200, 200, 200, 200, 200]),
        ("PURGE", "/alone", [401, 403, 403, 200, 403]),
        ("purge", "/alone", [401, 403, 403, 403, 403]),
        ("PROPFIND", "/alone", [401, 403, 200, 403, 200]),
        ("DELETE", "/alone", [401, 403, 200, 403, 200]),
        ("GET", "/group", [401, 403, 200, 200, 200]),
        ("GET", "/more", [401, 403, 403, 403, 200]),
    ];
    for (method, path, expected) in rows {
        for (token, expected) in tokens.iter().zip(expected) {
            let request = request(method, path, token.as_deref(), "");
            assert_eq!(status(&app, request).await, expected, "{method} {path} {token:?}");
        }
    }
}

#[tokio::test]
async fn a_fallback_can_be_guarded() {
    let issuer = issuer();
    let app = Router::new()
        .route("/here", get(|| async { "ok" }))
        .fallback(read)
        .method_not_allowed_fallback(read)
        .layer(ValidatorLayer::new(validator(&issuer)));
    let reader = issuer.token().subject("alice").scopes(["read"]).sign();
    for (method, path) in [("GET", "/nowhere"), ("POST", "/here")] {
        assert_eq!(status(&app, request(method, path, None, "")).await, 401, "{path}");
        let answered = answer(&app, request(method, path, Some(&reader), "")).await;
        assert_eq!(answered, (200, "alice".to_owned()), "{path}");
    }
    assert_eq!(status(&app, support::get("/here", None)).await, 200);
}

#[tokio::test]
async fn head_is_guarded_like_get_and_its_answers_have_no_body() {
    #[requires(GET(any_scopes = "read"), POST(public))]
    async fn per_method() -> &'static str {
        "ok"
    }
    let issuer = issuer();
    let app = Router::new()
        .route("/read", get(read))
        .route("/per-method", get(per_method))
        .layer(ValidatorLayer::new(validator(&issuer)));
    let (reader, stranger) = (issuer.token().scopes(["read"]).sign(), issuer.token().sign());
    for path in ["/read", "/per-method"] {
        for (token, expected) in [(Some(&reader), 200), (Some(&stranger), 403), (None, 401)] {
            let token = token.map(String::as_str);
            assert_eq!(status(&app, support::get(path, token)).await, expected, "{path}");
            let answered = answer(&app, request("HEAD", path, token, "")).await;
            assert_eq!(answered, (expected, String::new()), "{path}");
        }
    }
}
