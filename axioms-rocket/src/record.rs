//! What a guard's refusal leaves behind for the response: Rocket's catchers get a status and nothing else.

use std::future::pending;
use std::sync::{Mutex, PoisonError};

use axioms_core::Refusal;
use rocket::Request;
use rocket::futures::FutureExt as _;

use crate::Refused;

/// The latest refusal of a request; an earlier one was tolerated, or nothing would have come after it.
struct Recorded(Mutex<Option<Refused>>);

/// Records a refusal, so that the fairing can answer with it.
pub(crate) fn refuse(request: &Request<'_>, refusal: Refusal) -> Refused {
    let refused = Refused::from(refusal);
    let Recorded(latest) = request.local_cache(|| Recorded(Mutex::new(None)));
    *latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(refused.clone());
    refused
}

/// The refusal that a guard came to, if any.
pub(crate) fn refused(request: &Request<'_>) -> Option<Refused> {
    // Rocket looks into its cache only for who would fill it, and accepted requests should not pay for that: hence the
    // offer of a value that never comes.
    let Recorded(latest) = request.local_cache_async(pending()).now_or_never()?;
    latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
