//! The fairing that installs a validator, and gives refusals the answer that Rocket's catchers
//! cannot.

use std::fmt;
use std::sync::{Arc, OnceLock};

use axioms_core::{Refusal, Validator};
use rocket::fairing::{self, Fairing, Info, Kind};
use rocket::http::uncased::UncasedStr;
use rocket::response::Response;
use rocket::{Build, Request, Rocket};

use crate::installed::{self, Installed, Render};
use crate::record;

/// Installs the validator that guards use, and answers the requests that guards refuse.
///
/// A guard gives Rocket a status and nothing else, so a catcher knows nothing of the challenge that
/// a client needs. This fairing answers in its place. Headers that fairings add to every response,
/// as for CORS and for security, are kept. What a handler answers by itself, or another guard with
/// a challenge of its own, is kept too, unless the credentials are bad.
///
/// A rocket with guarded handlers and without this fairing does not ignite. Routes that are guarded
/// by [`require`](crate::require()) alone answer 500 without it.
///
/// # Examples
/// ```no_run
/// use axioms_rocket::{Validator, ValidatorFairing};
///
/// # fn rocket(validator: Validator) -> rocket::Rocket<rocket::Build> {
/// rocket::build().attach(ValidatorFairing::new(validator))
/// # }
/// ```
///
/// # Several resources
/// Resources of one process, each with its own issuers and audience, have one fairing each.
/// [`at`](Self::at) says which routes are a resource's:
///
/// ```no_run
/// use axioms_rocket::{AccessToken, Validator, ValidatorFairing, requires};
/// use rocket::{Build, Rocket, get, routes};
///
/// #[get("/messages")]
/// fn messages(token: AccessToken) -> String {
///     format!("messages of {}", token.subject().unwrap_or("a service"))
/// }
///
/// #[requires(any_scopes = "read:metrics")]
/// #[get("/metrics")]
/// fn metrics() -> &'static str {
///     "42"
/// }
///
/// fn rocket(customers: Validator, employees: Validator) -> Rocket<Build> {
///     rocket::build()
///         .attach(ValidatorFairing::new(customers))
///         .mount("/", routes![messages])
///         .attach(ValidatorFairing::new(employees).at("/internal"))
///         .mount("/internal", routes![metrics])
/// }
/// ```
pub struct ValidatorFairing {
    base: String,
    validator: Validator,
    render: Arc<Render>,
}

impl ValidatorFairing {
    /// A fairing that installs `validator` for every route that no other fairing's [base](Self::at)
    /// is for.
    #[must_use]
    pub fn new(validator: Validator) -> Self {
        Self { base: "/".to_owned(), validator, render: Arc::new(|_, _, _| {}) }
    }

    /// Installs the validator for the routes whose path begins with `base`, and for no others.
    /// Default: `/`.
    ///
    /// Of several bases that a path begins with, in whole segments, the longest counts: `/internal`
    /// is for `/internal` and `/internal/metrics`, and not for `/internals`. The path of the route
    /// and that of the request must select the same validator. So a route with a parameter, such as
    /// `/<tenant>/metrics`, answers requests for `/internal/metrics` with 500: neither the tokens
    /// of its own base nor those of `/internal` let a request in.
    ///
    /// A catcher that asks a guard gets the validator of the route that Rocket tried last, or,
    /// where there was none, that of the request's path.
    ///
    /// # Errors
    /// The rocket does not ignite, and the log says why, where
    /// - the base is not written as in `mount("/internal", ..)`: with a slash in front, and none at
    ///   the end, without an empty segment, `.`, `..`, a parameter, a percent sign or a query;
    /// - two fairings have the same base;
    /// - a handler is guarded, and no route's path begins with the base.
    ///
    /// A guarded route that no base is for answers 500, and the log says what to attach.
    #[must_use]
    pub fn at(mut self, base: impl Into<String>) -> Self {
        self.base = base.into();
        self
    }

    /// Renders refusals in the program's own way, those of handlers included. `render` is given the
    /// answer that would be sent, and changes what it wants. It is called for the routes that this
    /// fairing's validator is for.
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
    ///     let page = format!("<h1>{}</h1>", refusal.error_description());
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
        self.render = Arc::new(render);
        self
    }
}

impl fmt::Debug for ValidatorFairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValidatorFairing")
            .field("base", &self.base)
            .field("validator", &self.validator)
            .finish_non_exhaustive()
    }
}

#[rocket::async_trait]
impl Fairing for ValidatorFairing {
    fn info(&self) -> Info {
        Info { name: "Axioms access tokens", kind: Kind::Ignite | Kind::Response }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        let Some(base) = installed::base(&self.base) else {
            tracing::error!(
                target: "axioms",
                "{:?} is not the base of a ValidatorFairing: write the path at which its routes are \
                 mounted, as in .at(\"/internal\"), with a slash in front and none at the end, \
                 without an empty segment, `.`, `..`, a parameter, a percent sign or a query",
                self.base,
            );
            return Err(rocket);
        };
        let (validator, render) = (self.validator.clone(), Arc::clone(&self.render));
        Installed { base, validator, render, next: OnceLock::new() }.install(rocket)
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        if let Some(refused) = record::unanswered(request, response) {
            replace(response, refused.answer(request));
        }
    }
}

/// Puts `answer` in the place of `response`, with what concerns every response alike.
fn replace<'r>(response: &mut Response<'r>, answer: Response<'r>) {
    let replaced = std::mem::replace(response, answer);
    for header in replaced.headers().iter().filter(|header| concerns_every_response(header.name())) {
        response.adjoin_raw_header(header.name().to_string(), header.value().to_owned());
    }
}

/// Headers that fairings add to whatever is answered. All others may say something of the content
/// that is replaced, or tell a proxy to send another one.
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
