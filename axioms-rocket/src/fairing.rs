//! The fairing that installs the validator, and gives refusals the answer that Rocket's catchers cannot.

use std::fmt;
use std::sync::Arc;

use axioms_core::{Refusal, Validator};
use rocket::fairing::{self, Fairing, Info, Kind};
use rocket::http::uncased::UncasedStr;
use rocket::response::Response;
use rocket::{Build, Ignite, Request, Rocket};

use crate::record;

/// Installs the validator that every guard uses, and answers the requests that guards refuse.
///
/// A guard gives Rocket a status and nothing else, so a catcher knows nothing of the challenge that a client needs. This
/// fairing answers in its place. Headers that fairings add to every response, as for CORS and for security, are kept. What a handler answers by
/// itself, or another guard with a challenge of its own, is kept too, unless the credentials are bad.
///
/// One rocket has one validator: a second fairing keeps it from igniting, and so does a guarded route without any.
/// Routes that are guarded by [`require`](crate::require()) alone answer 500 without it.
///
/// # Examples
/// ```no_run
/// use axioms_rocket::{Validator, ValidatorFairing};
///
/// # fn rocket(validator: Validator) -> rocket::Rocket<rocket::Build> {
/// rocket::build().attach(ValidatorFairing::new(validator))
/// # }
/// ```
pub struct ValidatorFairing(Installed);

/// What the fairing leaves for guards and responders, as managed state. It is private, so that no guard works without
/// the fairing, which is what keeps Rocket's `Option` from taking bad credentials for none.
#[derive(Clone)]
pub(crate) struct Installed {
    pub(crate) validator: Option<Validator>,
    render: Arc<Render>,
}

type Render = dyn Fn(&Refusal, &Request<'_>, &mut Response<'_>) + Send + Sync;

impl ValidatorFairing {
    /// A fairing that installs `validator`.
    #[must_use]
    pub fn new(validator: Validator) -> Self {
        Self(Installed { validator: Some(validator), ..Self::without_validator().0 })
    }

    /// For the test of what a client is told where the validator was forgotten.
    #[doc(hidden)]
    #[must_use]
    pub fn without_validator() -> Self {
        Self(Installed { validator: None, render: Arc::new(|_, _, _| {}) })
    }

    /// Renders refusals in the program's own way, those of handlers included. `render` is given the answer that would be
    /// sent, and changes what it wants.
    ///
    /// # Examples
    /// ```
    /// use std::io::Cursor;
    ///
    /// use axioms_rocket::ValidatorFairing;
    /// use rocket::http::ContentType;
    ///
    /// # fn render(fairing: ValidatorFairing) -> ValidatorFairing {
    /// fairing.render(|refusal, _request, response| {
    ///     let page = format!("<h1>{}</h1>", refusal.description());
    ///     response.set_header(ContentType::HTML);
    ///     response.set_sized_body(page.len(), Cursor::new(page));
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn render(
        mut self,
        render: impl Fn(&Refusal, &Request<'_>, &mut Response<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.0.render = Arc::new(render);
        self
    }
}

impl fmt::Debug for ValidatorFairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValidatorFairing").field("validator", &self.0.validator).finish_non_exhaustive()
    }
}

#[rocket::async_trait]
impl Fairing for ValidatorFairing {
    fn info(&self) -> Info {
        Info { name: "Axioms access tokens", kind: Kind::Ignite | Kind::Response }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        if rocket.state::<Installed>().is_some() {
            tracing::error!(target: "axioms", "a second ValidatorFairing is attached; keep one");
            return Err(rocket);
        }
        Ok(rocket.manage(self.0.clone()))
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        if let Some(refused) = record::unanswered(request, response) {
            replace(response, refused.answer(request));
        }
    }
}

/// Whether a rocket lacks the fairing, which it is then told.
pub(crate) fn is_missing(rocket: &Rocket<Ignite>) -> bool {
    let missing = rocket.state::<Installed>().is_none();
    if missing {
        tracing::error!(target: "axioms", "{REMEDY}, since it has guarded routes");
    }
    missing
}

/// What to do about a rocket without a validator.
pub(crate) const REMEDY: &str = "add .attach(ValidatorFairing::new(validator)) to the rocket";

impl Installed {
    pub(crate) fn render(&self, refusal: &Refusal, request: &Request<'_>, response: &mut Response<'_>) {
        (self.render)(refusal, request, response);
    }
}

/// Puts `answer` in the place of `response`, with what concerns every response alike.
fn replace<'r>(response: &mut Response<'r>, answer: Response<'r>) {
    let replaced = std::mem::replace(response, answer);
    for header in replaced.headers().iter().filter(|header| concerns_every_response(header.name())) {
        response.adjoin_raw_header(header.name().to_string(), header.value().to_owned());
    }
}

/// Headers that fairings add to whatever is answered. All others may say something of the content that is replaced, or tell
/// a proxy to send another one.
fn concerns_every_response(name: &UncasedStr) -> bool {
    #[rustfmt::skip]
    const NAMES: [&str; 14] = [
        "Alt-Svc", "Content-Security-Policy", "Content-Security-Policy-Report-Only", "Cross-Origin-Embedder-Policy",
        "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Date", "Permissions-Policy", "Referrer-Policy",
        "Server", "Strict-Transport-Security", "Vary", "Via", "X-Request-Id",
    ];
    const FAMILIES: [&str; 4] = ["Access-Control-", "Trace", "X-Content-Type-", "X-Frame-"];
    let begins = |prefix: &&str| {
        name.as_str().get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
    };
    NAMES.iter().any(|header| name == header) || FAMILIES.iter().any(begins)
}
