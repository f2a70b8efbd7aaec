//! Records the refusals of guards for the response, because Rocket's catchers only get a status.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axioms_core::Refusal;
use rocket::futures::FutureExt as _;
use rocket::http::Cookie;
use rocket::response::Response;
use rocket::{Request, request};

use crate::Refused;

/// The latest refusal of each request. Earlier ones were tolerated, since the request continued.
///
/// Clones of a local request share Rocket's cache, so the key is the address of the request.
#[derive(Default)]
struct Recorded(Mutex<HashMap<usize, Refused>>);

impl Recorded {
    fn lock(&self) -> MutexGuard<'_, HashMap<usize, Refused>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pending cookie that is set while a refusal is recorded. Rocket drops pending cookies when it
/// calls a catcher. Nothing else distinguishes a catcher's response from that of a handler that ran
/// despite the refusal.
const MARK: &str = "__axioms_refused";

fn address(request: &Request<'_>) -> usize {
    std::ptr::from_ref(request).addr()
}

/// Records a refusal, so that the fairing can answer with it.
fn record(request: &Request<'_>, refusal: Refusal) -> Refused {
    let refused = Refused::from(refusal);
    let earlier = request.local_cache(Recorded::default).lock().insert(address(request), refused.clone());
    // Only once: a guard in a catcher must not make the catcher look like a handler.
    if earlier.is_none() {
        request.cookies().add(Cookie::new(MARK, ""));
    }
    refused
}

/// The outcome of a guard that refuses the request. It is an error, never a forward, so that Rocket
/// does not try routes with a lower rank.
pub(crate) fn refuse<T, E>(
    request: &Request<'_>,
    refusal: Refusal,
    error: impl FnOnce(Refused) -> E,
) -> request::Outcome<T, E> {
    let refused = record(request, refusal);
    request::Outcome::Error((refused.status(), error(refused)))
}

/// The outcome of a guard whose error is the refusal.
pub(crate) fn outcome<T>(request: &Request<'_>, result: Result<T, Refusal>) -> request::Outcome<T, Refused> {
    match result {
        Ok(guard) => request::Outcome::Success(guard),
        Err(refusal) => refuse(request, refusal, |refused| refused),
    }
}

/// Takes the recorded refusal of a request, if the response does not answer it.
pub(crate) fn unanswered(request: &Request<'_>, response: &mut Response<'_>) -> Option<Refused> {
    // Rocket's cache can only be read by offering a value. The offered value is a future that never
    // completes, so accepted requests do not pay for creating one.
    let recorded: &Recorded = request.local_cache_async(pending()).now_or_never()?;
    let refused = recorded.lock().remove(&address(request))?;
    let a_handler_ran = take_mark(response);
    (!refused.is_answered_by(response, a_handler_ran)).then_some(refused)
}

/// Removes the pending cookie from a response, and returns whether it was there.
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
