//! A guard for a whole tree of filters.

use std::sync::Arc;

use axioms_core::{Policy, Validator};
use warp::{Filter, Rejection};

use crate::Refused;
use crate::request::{Head, head};

/// Guards every filter after it with one policy. Only requests that meet it get through.
///
/// A method passes without a token only if the policy makes it public, or if it is configured as
/// [safe](axioms_core::ValidatorBuilder::safe_methods). Put it after a path that only this tree
/// uses, because it refuses requests before the filters after it are matched:
///
/// ```
/// use axioms_warp::{Policy, Validator, require};
/// use warp::Filter;
///
/// # fn routes(validator: &Validator) -> Result<(), Box<dyn std::error::Error>> {
/// let policy = Policy::builder().any_roles(["admin"]).build()?;
/// let metrics = warp::path!("metrics").map(|| "42");
/// let flush = warp::path!("flush").and(warp::post()).map(|| "done");
///
/// let admin = warp::path("admin").and(require(validator, policy)).and(metrics.or(flush));
/// # let _ = admin.recover(axioms_warp::recover);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn require(
    validator: &Validator,
    policy: Policy,
) -> impl Filter<Extract = (), Error = Rejection> + Clone + use<> {
    let (validator, policy) = (validator.clone(), Arc::new(policy));
    head().and_then(move |head| admit(validator.clone(), Arc::clone(&policy), head)).untuple_one()
}

async fn admit(validator: Validator, policy: Arc<Policy>, head: Head) -> Result<(), Rejection> {
    validator.admit_async(&head, &policy).await.map_err(Refused::from)?;
    Ok(())
}
