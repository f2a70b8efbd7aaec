//! The validators of a rocket, each with its base, and the choice of one for a request.

use std::collections::BTreeSet;
use std::iter::successors;
use std::sync::{Arc, OnceLock};

use axioms_core::{Refusal, Validator};
use rocket::fairing;
use rocket::http::uri::{Origin, Path};
use rocket::response::Response;
use rocket::{Build, Ignite, Request, Rocket, Route};

/// Renders a refusal.
pub(crate) type Render = dyn Fn(&Refusal, &Request<'_>, &mut Response<'_>) + Send + Sync;

/// A validator installed by a fairing, and the next one of the same rocket.
///
/// It is managed state with a private type, so no guard works without a fairing; the fairing is
/// what refuses bad credentials that Rocket's `Option` treats as none. Rocket gives access to
/// managed state by `&`, and requests must not wait for a lock, so the validators form an
/// append-only list, which grows only during ignition.
pub(crate) struct Installed {
    pub(crate) base: Origin<'static>,
    pub(crate) validator: Validator,
    pub(crate) render: Arc<Render>,
    pub(crate) next: OnceLock<Box<Self>>,
}

impl Installed {
    /// Installs it in a rocket that has no validator for this base yet.
    #[expect(clippy::result_large_err, reason = "a fairing returns the rocket, ignited or not")]
    pub(crate) fn install(self, rocket: Rocket<Build>) -> fairing::Result {
        let Some(first) = rocket.state::<Self>() else { return Ok(rocket.manage(self)) };
        if first.all().any(|other| other.base == self.base) {
            tracing::error!(
                target: "axioms",
                "two ValidatorFairings are attached for {}: keep one of them, or give each its \
                 own base, as in ValidatorFairing::new(validator).at(\"/internal\")",
                self.base,
            );
            return Err(rocket);
        }
        if let Some(last) = first.all().last() {
            last.next.get_or_init(|| Box::new(self));
        }
        Ok(rocket)
    }

    fn all(&self) -> impl Iterator<Item = &Self> {
        successors(Some(self), |installed| installed.next.get().map(AsRef::as_ref))
    }

    /// The validator with the longest base that `path` begins with, in whole segments. Rocket
    /// chooses catchers in the same way.
    fn longest(&self, path: Path<'_>) -> Option<&Self> {
        let covering = self.all().filter(|installed| installed.covers(path));
        covering.max_by_key(|installed| installed.base.path().segments().len())
    }

    fn covers(&self, path: Path<'_>) -> bool {
        self.base.path().segments().prefix_of(path.segments())
    }
}

/// Returns the validator of a request, or what to do if there is none.
///
/// Both the path of the request and the path of the route must select it. With the request's path
/// alone, a client could select the validator for a route of another base: `/<tenant>/report`
/// matches `/internal/report`. With the route alone, tokens of one base would be accepted at the
/// paths of another. If Rocket runs a guard without a route, in a catcher or a fairing, only the
/// request's path is used, by which Rocket also selects the catcher.
pub(crate) fn of<'r>(request: &'r Request<'_>) -> Result<&'r Installed, &'static str> {
    let first = request.rocket().state::<Installed>().ok_or(MISSING)?;
    let by_path = first.longest(request.uri().path()).ok_or(UNCOVERED)?;
    let Some(route) = request.route() else { return Ok(by_path) };
    let by_route = first.longest(path_of(route)).ok_or(UNCOVERED)?;
    if std::ptr::eq(by_path, by_route) { Ok(by_path) } else { Err(AMBIGUOUS) }
}

/// The path of a route with its base. A parameter is a segment in angle brackets, which a base
/// cannot contain.
fn path_of(route: &Route) -> Path<'_> {
    Origin::path(&route.uri)
}

const MISSING: &str = "add .attach(ValidatorFairing::new(validator)) to the rocket";
const UNCOVERED: &str = "no ValidatorFairing has a base that the path of this route begins with: \
                         attach one with .at(..) for it, or one without for all other routes";
const AMBIGUOUS: &str = "a route with a parameter matched a path below the base of another \
                         ValidatorFairing, whose validator is not the route's: mount the route \
                         at a base that no other is below";

/// Whether a rocket with guarded routes must not be launched. Logs the reason.
pub(crate) fn is_incomplete(rocket: &Rocket<Ignite>) -> bool {
    let Some(first) = rocket.state::<Installed>() else {
        tracing::error!(target: "axioms", "{MISSING}, because it has guarded routes");
        return true;
    };
    let is_idle = |installed: &&Installed| !rocket.routes().any(|route| installed.covers(path_of(route)));
    let Some(installed) = first.all().find(is_idle) else { return false };
    let mounted: BTreeSet<_> = rocket.routes().map(|route| route.uri.base()).collect();
    tracing::error!(
        target: "axioms",
        "no route is mounted at or below {}, the base of a ValidatorFairing: use one of the bases \
         at which routes are mounted: {}",
        installed.base,
        mounted.into_iter().collect::<Vec<_>>().join(", "),
    );
    true
}

/// Parses the base of a fairing. Only the normal form of a mount point is accepted, so that two
/// spellings of one base cannot have different validators.
pub(crate) fn base(text: &str) -> Option<Origin<'static>> {
    let is_plain = |segment: &str| !segment.is_empty() && segment != "." && segment != "..";
    let path = text.strip_prefix('/')?;
    let is_base = (path.is_empty() || path.split('/').all(is_plain)) && !path.contains(['%', '?']);
    is_base.then(|| Origin::parse_owned(text.to_owned()).ok()).flatten()
}
