//! One policy for all routes of a mount.

use std::sync::Arc;

use axioms_core::Policy;
use axioms_core::http::Method;
use rocket::route::{Handler, Outcome};
use rocket::{Data, Request, Route};

use crate::upload::Drain;
use crate::{Refused, check};

/// Guards all `routes` with one policy. Only requests that meet it reach them.
///
/// A method passes without a token only if the policy makes it public, or if it is configured as
/// [safe](axioms_core::ValidatorBuilder::safe_methods).
///
/// A client that is refused while it sends a large body sees the answer: the rest of the body is
/// read and discarded, up to [the configured number of
/// bytes](axioms_core::ValidatorBuilder::drain), for up to 5 s. A guard in a handler cannot do
/// this, because Rocket gives guards no access to the body.
///
/// # Examples
/// ```
/// use axioms_rocket::{Policy, require};
/// use rocket::{get, routes};
///
/// #[get("/metrics")]
/// fn metrics() -> &'static str {
///     "42"
/// }
///
/// # use rocket::{Build, Rocket};
/// # fn mount(rocket: Rocket<Build>) -> Result<Rocket<Build>, Box<dyn std::error::Error>> {
/// let policy = Policy::builder().any_roles(["admin"]).build()?;
/// let rocket = rocket.mount("/admin", require(policy, routes![metrics]));
/// # Ok(rocket)
/// # }
/// ```
///
/// # Panics
/// If the policy has different demands for `HEAD` and `GET`, and one of the routes is for `GET`.
/// Rocket answers `HEAD` with such a route as if it were `GET`, so the demand for `HEAD` would have
/// no effect.
#[must_use = "the guarded routes must be mounted"]
#[expect(clippy::panic, reason = "Rocket panics on routes that cannot be mounted, too")]
pub fn require(policy: Policy, routes: impl Into<Vec<Route>>) -> Vec<Route> {
    let mut routes = routes.into();
    if policy.demand(&Method::HEAD) != policy.demand(&Method::GET) {
        let get = routes.iter().find(|route| route.method == rocket::http::Method::Get);
        if let Some(route) = get {
            panic!(
                "the policy of `{route}` has different demands for HEAD and GET, but Rocket \
                    answers HEAD as GET: write the same demands for both, or give HEAD its own route"
            );
        }
    }
    let policy = Arc::new(policy);
    let drain = Drain::default();
    for route in &mut routes {
        let (policy, drain) = (Arc::clone(&policy), drain.clone());
        route.handler = Box::new(Guarded { policy, drain, inner: route.handler.clone() });
    }
    routes
}

/// A route's handler, guarded by a policy.
#[derive(Clone)]
struct Guarded {
    policy: Arc<Policy>,
    drain: Drain,
    inner: Box<dyn Handler>,
}

#[rocket::async_trait]
impl Handler for Guarded {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        match check::admit(request, &self.policy).await {
            Ok(()) => self.inner.handle(request, data).await,
            Err(refusal) => {
                let mut response = Refused::from(refusal).answer(request);
                self.drain.hold(request, data, check::drain_limit(request), &mut response).await;
                Outcome::Success(response)
            }
        }
    }
}
