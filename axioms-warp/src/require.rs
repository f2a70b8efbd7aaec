//! A guard in front of a whole tree of filters.

use std::sync::Arc;

use axioms_core::{Policy, Validator};
use warp::{Filter, Rejection};

use crate::Refused;
use crate::request::{Head, head};

/// Guards every filter behind it by one policy: no request that does not meet it gets through.
///
/// No method passes without a token unless the policy makes it public, or the configuration names
/// it as [safe](axioms_core::ValidatorBuilder::safe_methods). Put it behind the path that the tree
/// has to itself, since it refuses before it is known whether anything behind it matches:
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
