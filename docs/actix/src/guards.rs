//! The checks of a request run one after the other, before anything else that a handler takes.
//!
//! actix polls the extractors of a handler together and answers with the first error. While a guard
//! waits for keys, a path that does not parse would be answered in its place, and the body would be
//! read. So each check waits for the one before it, the body waits for the last check, and the
//! answer does too.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest, ResponseError as _};
use axioms_core::{AccessToken, Policy, Refusal, RefusalCause, Validator};
use futures_util::future::{LocalBoxFuture, Shared};
use futures_util::{FutureExt as _, StreamExt as _};

use crate::Refused;
use crate::head::Head;

const REMEDY: &str = "give the App its validator by .app_data(validator), and the guards by \
                      .wrap(from_fn(axioms_actix::guards))";

type Check = Shared<LocalBoxFuture<'static, Result<Option<AccessToken>, Refusal>>>;

/// The checks of a request. A check holds the request, so the request's extensions refer to this
/// weakly, and the middleware owns it. The type is private, so nothing else can insert one.
struct Checks {
    validator: Option<Validator>,
    last: RefCell<Option<Check>>,
}

/// The middleware: `.wrap(from_fn(guards))`. The validator is in the app data.
pub async fn guards<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let checks =
        Rc::new(Checks { validator: request.app_data().cloned(), last: RefCell::default() });
    request.extensions_mut().insert(Rc::downgrade(&checks));
    let body = behind(Rc::downgrade(&checks), request.take_payload());
    request.set_payload(Payload::Stream { payload: body.flatten_stream().boxed_local() });
    let response = next.call(request).await?;
    let Some(check) = checks.last.take() else { return Ok(response.map_into_left_body()) };
    let was_overtaken = check.peek().is_none();
    match check.await {
        Err(refusal) if was_overtaken || !is_tolerable(&refusal) => {
            let answer = Refused::from(refusal).error_response();
            Ok(response.into_response(answer).map_into_right_body())
        }
        _ => Ok(response.map_into_left_body()),
    }
}

/// Whether a handler that ran anyway may answer. actix's `Option<AccessToken>` is `None` for every
/// refusal, and bad credentials must not count as a guest.
fn is_tolerable(refusal: &Refusal) -> bool {
    matches!(refusal.cause(), RefusalCause::NoCredentials | RefusalCause::Denied(_))
}

/// Checks a request against a policy, or, without one, asks for its token, which may be absent.
pub(crate) fn check(request: &HttpRequest, policy: Option<&'static Policy>) -> Check {
    let checks = checks(request);
    let before = checks.as_ref().and_then(|checks| checks.last.take());
    let request = request.clone();
    let check = async move {
        if let Some(before) = before {
            before.await?;
        }
        let (validator, head) = (validator(&request)?, Head::of(&request)?);
        match policy {
            Some(policy) => validator.authorize_async(&head, policy).await,
            None => validator.authenticate_if_present_async(&head).await,
        }
    };
    let check = check.boxed_local().shared();
    if let Some(checks) = checks {
        checks.last.replace(Some(check.clone()));
    }
    check
}

/// Requires a token.
pub(crate) async fn authenticate(request: &HttpRequest) -> Result<AccessToken, Refusal> {
    validator(request)?.authenticate_async(&Head::of(request)?).await
}

fn validator(request: &HttpRequest) -> Result<Validator, Refusal> {
    let validator = checks(request).and_then(|checks| checks.validator.clone());
    validator.ok_or_else(|| Refusal::not_configured(REMEDY))
}

fn checks(request: &HttpRequest) -> Option<Rc<Checks>> {
    request.extensions().get().and_then(Weak::upgrade)
}

/// The body of a request, available after the last check.
async fn behind(checks: Weak<Checks>, body: Payload) -> Payload {
    let last = checks.upgrade().and_then(|checks| checks.last.borrow().clone());
    if let Some(check) = last {
        drop(check.await);
    }
    body
}
