//! What a guard's refusal leaves behind for the response: Rocket's catchers get a status and nothing else.

use std::sync::{Mutex, PoisonError};

use axioms_core::Refusal;
use rocket::Request;

use crate::Refused;

/// The latest refusal of a request; an earlier one was tolerated, or nothing would have come after it.
struct Recorded(Mutex<Option<Refused>>);

/// Records a refusal, so that the fairing can answer with it.
pub(crate) fn refuse(request: &Request<'_>, refusal: Refusal) -> Refused {
    let refused = Refused::from(refusal);
    *recorded(request).lock().unwrap_or_else(PoisonError::into_inner) = Some(refused.clone());
    refused
}

/// The refusal that a guard came to, if any.
pub(crate) fn refused(request: &Request<'_>) -> Option<Refused> {
    recorded(request).lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn recorded<'r>(request: &'r Request<'_>) -> &'r Mutex<Option<Refused>> {
    &request.local_cache(|| Recorded(Mutex::new(None))).0
}
