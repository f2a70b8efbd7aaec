//! Without a validator, or with layers in the wrong order, every guard answers 500, and the log
//! says what to change.

use std::sync::{Arc, Mutex};

use axioms_axum::{AccessToken, Policy, RequireLayer, ValidatorLayer, requires};
use axum::Router;
use axum::routing::any;
use tower::ServiceBuilder;

use crate::support::{self, challenge, issuer, request, send, status, text, validator};

#[requires(any_scopes = "read")]
async fn read() -> &'static str {
    "ok"
}

async fn extracted(_: AccessToken) -> &'static str {
    "ok"
}

async fn optional(_: Option<AccessToken>) -> &'static str {
    "ok"
}

/// The log of this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().expect("no panic while logging"));
        String::from_utf8(bytes).expect("a log of text")
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic while logging").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn without_a_validator_no_request_passes() {
    let issuer = issuer();
    let require = RequireLayer::new(Policy::VALID_TOKEN);
    let install = ValidatorLayer::new(validator(&issuer));
    let plain = || Router::new().route("/", any(|| async { "ok" }));
    let late = Router::new().layer(install.clone()).route("/", any(read));
    let builder = ServiceBuilder::new().layer(require.clone()).layer(install.clone());
    let apps = [
        ("the guard outside the validator", plain().layer(install.clone()).layer(require.clone()), true),
        ("the guard first in a ServiceBuilder", plain().layer(builder), true),
        ("a guard and no validator", plain().layer(require.clone()), true),
        ("a route added after the validator", late, false),
        ("a handler and no validator", Router::new().route("/", any(read)), false),
        ("an extractor and no validator", Router::new().route("/", any(extracted)), false),
        ("an optional extractor and no validator", Router::new().route("/", any(optional)), false),
    ];
    let log = Log::default();
    let written = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || written.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    // Another test may have reached the event first, on a thread without a subscriber, and
    // `tracing` caches whether anyone is interested.
    assert_eq!(status(&plain().layer(require.clone()), support::get("/", None)).await, 500);
    tracing::callsite::rebuild_interest_cache();
    log.take();
    let token = issuer.token().scopes(["read"]).sign();
    for (name, app, in_layer) in apps {
        for (method, token) in [("GET", None), ("GET", Some(token.as_str())), ("OPTIONS", None)] {
            let response = send(&app, request(method, "/", token, "")).await;
            assert_eq!((response.status().as_u16(), challenge(&response)), (500, None), "{name}, {method}");
            let body = text(response).await;
            assert!(body.contains("not set up") && !body.contains("Layer"), "{name}: {body}");
            // The message says what to change: the order of two layers, or the place of one.
            let log = log.take();
            assert_eq!(
                log.contains("add the ValidatorLayer after the RequireLayer"),
                in_layer,
                "{name}: {log}"
            );
            assert_eq!(log.contains("after its last route"), !in_layer, "{name}: {log}");
        }
    }
}
