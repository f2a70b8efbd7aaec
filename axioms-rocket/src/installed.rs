//! Which validator checks a request: the ones that a rocket has, each with its base.

use std::collections::BTreeSet;
use std::iter::successors;
use std::sync::{Arc, OnceLock};

use axioms_core::{Refusal, Validator};
use rocket::fairing;
use rocket::http::uri::{Origin, Path};
use rocket::response::Response;
use rocket::{Build, Ignite, Request, Rocket, Route};

/// Renders a refusal in the program's own way.
pub(crate) type Render = dyn Fn(&Refusal, &Request<'_>, &mut Response<'_>) + Send + Sync;

/// A validator that a fairing has installed, and the next one of the same rocket.
///
/// It is managed state, of a private type, so that no guard works without a fairing: that is what
/// keeps Rocket's `Option` from taking bad credentials for none. Rocket hands managed state out as
/// `&`, and requests must not wait for a lock, so the validators are a list that is only ever added
/// to, while the rocket ignites.
pub(crate) struct Installed {
    pub(crate) base: Origin<'static>,
    pub(crate) validator: Validator,
    pub(crate) render: Arc<Render>,
    pub(crate) next: OnceLock<Box<Self>>,
}

impl Installed {
    /// Installs it in a rocket that has no validator for its base yet.
    #[expect(clippy::result_large_err, reason = "a fairing hands the rocket back, ignited or not")]
    pub(crate) fn install(self, rocket: Rocket<Build>) -> fairing::Result {
        let Some(first) = rocket.state::<Self>() else { return Ok(rocket.manage(self)) };
        if first.all().any(|other| other.base == self.base) {
            tracing::error!(
                target: "axioms",
                "two ValidatorFairings are attached for {}: keep one of them, or give each a base of \
                 its own, as in ValidatorFairing::new(validator).at(\"/internal\")",
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

    /// The one with the longest base that `path` begins with, in whole segments. Rocket chooses
    /// catchers in the same way.
    fn longest(&self, path: Path<'_>) -> Option<&Self> {
        let covering = self.all().filter(|installed| installed.covers(path));
        covering.max_by_key(|installed| installed.base.path().segments().len())
    }

    fn covers(&self, path: Path<'_>) -> bool {
        self.base.path().segments().prefix_of(path.segments())
    }
}

/// The validator of a request, or what to do about there being none.
///
/// Both the path of the request and that of the route must select it. The path alone would let a
/// client select a validator for a route of another base: `/<tenant>/report` matches
/// `/internal/report`. The route alone would let the tokens of one base in at the paths of another.
/// Where Rocket runs a guard without a route, in a catcher or in a fairing, there is the path
/// alone, by which Rocket selects the catcher too.
pub(crate) fn of<'r>(request: &'r Request<'_>) -> Result<&'r Installed, &'static str> {
    let first = request.rocket().state::<Installed>().ok_or(MISSING)?;
    let by_path = first.longest(request.uri().path()).ok_or(UNCOVERED)?;
    let Some(route) = request.route() else { return Ok(by_path) };
    let by_route = first.longest(path_of(route)).ok_or(UNCOVERED)?;
    if std::ptr::eq(by_path, by_route) { Ok(by_path) } else { Err(AMBIGUOUS) }
}

/// The path of a route with its base. A parameter is a segment in angle brackets, which no base
/// has.
fn path_of(route: &Route) -> Path<'_> {
    Origin::path(&route.uri)
}

const MISSING: &str = "add .attach(ValidatorFairing::new(validator)) to the rocket";
const UNCOVERED: &str = "no ValidatorFairing has a base that the path of this route begins with: \
                         attach one with .at(..) for it, or one without for all other routes";
const AMBIGUOUS: &str = "a route with a parameter matched a path below the base of another \
                         ValidatorFairing, whose validator is not the route's: mount the route \
                         at a base that no other is below";

/// Whether a rocket that has guarded routes must not be launched. The program is told why.
pub(crate) fn is_incomplete(rocket: &Rocket<Ignite>) -> bool {
    let Some(first) = rocket.state::<Installed>() else {
        tracing::error!(target: "axioms", "{MISSING}, since it has guarded routes");
        return true;
    };
    let is_idle = |installed: &&Installed| !rocket.routes().any(|route| installed.covers(path_of(route)));
    let Some(installed) = first.all().find(is_idle) else { return false };
    let mounted: BTreeSet<_> = rocket.routes().map(|route| route.uri.base()).collect();
    tracing::error!(
        target: "axioms",
        "no route is mounted at or below {}, the base of a ValidatorFairing: write a base at which \
         routes are mounted, of {}",
        installed.base,
        mounted.into_iter().collect::<Vec<_>>().join(", "),
    );
    true
}

/// Reads the base of a fairing. It is written as the one way in which a route can be mounted there,
/// so that two spellings of one base cannot have two validators.
pub(crate) fn base(text: &str) -> Option<Origin<'static>> {
    let is_plain = |segment: &str| !segment.is_empty() && segment != "." && segment != "..";
    let path = text.strip_prefix('/')?;
    let is_base = (path.is_empty() || path.split('/').all(is_plain)) && !path.contains(['%', '?']);
    is_base.then(|| Origin::parse_owned(text.to_owned()).ok()).flatten()
}
