//! What a guard's refusal leaves behind for the response: Rocket's catchers get a status and
//! nothing else.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axioms_core::Refusal;
use rocket::futures::FutureExt as _;
use rocket::http::Cookie;
use rocket::response::Response;
use rocket::{Request, request};

use crate::Refused;

/// The latest refusal of each request; an earlier one was tolerated, or nothing would have come
/// after it.
///
/// Clones of a local request share Rocket's cache, so the refusals are kept by the address of their
/// request.
#[derive(Default)]
struct Recorded(Mutex<HashMap<usize, Refused>>);

impl Recorded {
    fn lock(&self) -> MutexGuard<'_, HashMap<usize, Refused>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A cookie that waits to be set while a refusal is recorded. Rocket drops the waiting cookies when
/// it turns to a catcher, and nothing else tells a catcher's response from that of a handler that
/// ran all the same.
const MARK: &str = "__axioms_refused";

fn address(request: &Request<'_>) -> usize {
    std::ptr::from_ref(request).addr()
}

/// Records a refusal, so that the fairing can answer with it.
fn record(request: &Request<'_>, refusal: Refusal) -> Refused {
    let refused = Refused::from(refusal);
    let earlier = request.local_cache(Recorded::default).lock().insert(address(request), refused.clone());
    // Once alone: a guard that a catcher asks must not make it look like a handler.
    if earlier.is_none() {
        request.cookies().add(Cookie::new(MARK, ""));
    }
    refused
}

/// The outcome of a guard that refuses the request. It is an error and never a forward, so that
/// Rocket does not try routes of a lower rank.
pub(crate) fn refuse<T, E>(
    request: &Request<'_>,
    refusal: Refusal,
    error: impl FnOnce(Refused) -> E,
) -> request::Outcome<T, E> {
    let refused = record(request, refusal);
    request::Outcome::Error((refused.status(), error(refused)))
}

/// The outcome of a guard whose error is the refusal itself.
pub(crate) fn outcome<T>(request: &Request<'_>, result: Result<T, Refusal>) -> request::Outcome<T, Refused> {
    match result {
        Ok(guard) => request::Outcome::Success(guard),
        Err(refusal) => refuse(request, refusal, |refused| refused),
    }
}

/// Takes the refusal of a request, where its response does not answer it.
pub(crate) fn unanswered(request: &Request<'_>, response: &mut Response<'_>) -> Option<Refused> {
    // Rocket looks into its cache only for who would fill it, and accepted requests should not pay
    // for that: hence the offer of a value that never comes.
    let recorded: &Recorded = request.local_cache_async(pending()).now_or_never()?;
    let refused = recorded.lock().remove(&address(request))?;
    let a_handler_ran = take_mark(response);
    (!refused.is_answered_by(response, a_handler_ran)).then_some(refused)
}

/// Takes the waiting cookie out of a response; whether it was there.
fn take_mark(response: &mut Response<'_>) -> bool {
    const SET_COOKIE: &str = "Set-Cookie";
    let is_mark = |cookie: &str| cookie.strip_prefix(MARK).is_some_and(|rest| rest.starts_with('='));
    let (marks, others): (Vec<String>, Vec<String>) =
        response.headers().get(SET_COOKIE).map(str::to_owned).partition(|cookie| is_mark(cookie));
    if !marks.is_empty() {
        response.remove_header(SET_COOKIE);
        for cookie in others {
            response.adjoin_raw_header(SET_COOKIE, cookie);
        }
    }
    !marks.is_empty()
}
