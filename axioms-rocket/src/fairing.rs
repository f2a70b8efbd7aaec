//! The fairing that installs a validator and answers refused requests.

use std::fmt;
use std::sync::{Arc, OnceLock};

use axioms_core::{Refusal, Validator};
use rocket::fairing::{self, Fairing, Info, Kind};
use rocket::http::uncased::UncasedStr;
use rocket::response::Response;
use rocket::{Build, Request, Rocket};

use crate::installed::{self, Installed, Render};
use crate::record;

/// Installs the validator for the guards, and answers the requests that guards refuse.
///
/// A guard passes only a status to Rocket, so a catcher cannot send the challenge that a client
/// needs. This fairing replaces the catcher's response. It keeps headers that fairings add to every
/// response, such as those for CORS and security. It also keeps the response of a handler, or of
/// another guard with its own challenge, unless the credentials are bad.
///
/// A rocket with guarded handlers does not ignite without this fairing. Routes guarded only by
/// [`require`](crate::require()) answer 500 without it.
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
/// If a process serves several resources, each with its own issuers and audience, attach one
/// fairing for each. [`at`](Self::at) sets the routes of a resource:
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
    /// Creates a fairing that installs `validator` for every route that is not below another
    /// fairing's [base](Self::at).
    #[must_use]
    pub fn new(validator: Validator) -> Self {
        Self { base: "/".to_owned(), validator, render: Arc::new(|_, _, _| {}) }
    }

    /// Installs the validator only for the routes whose path begins with `base`. Default: `/`.
    ///
    /// If a path begins with several bases, the longest is used. Bases match whole segments:
    /// `/internal` matches `/internal` and `/internal/metrics`, but not `/internals`. The path of
    /// the route and the path of the request must select the same validator. So a route with a
    /// parameter, such as `/<tenant>/metrics`, answers requests for `/internal/metrics` with 500:
    /// it accepts neither the tokens of its own base nor those of `/internal`.
    ///
    /// A guard in a catcher uses the validator of the route that Rocket tried last or, if there was
    /// none, the validator selected by the request's path.
    ///
    /// # Errors
    /// The rocket does not ignite, and the log says why, if
    /// - the base is not written as in `mount("/internal", ..)`: it must start with a slash, not
    ///   end with one, and contain no empty segment, `.`, `..`, parameter, percent sign or query;
    /// - two fairings have the same base;
    /// - a handler is guarded, but no route's path begins with the base.
    ///
    /// A guarded route that is below no base answers 500, and the log says what to attach.
    #[must_use]
    pub fn at(mut self, base: impl Into<String>) -> Self {
        self.base = base.into();
        self
    }

    /// Sets a function that renders refusals, including those of handlers. `render` receives the
    /// standard answer and may change it. It is called for the routes of this fairing's validator.
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
                "{:?} is not the base of a ValidatorFairing: write the path at which its routes \
                    are mounted, as in .at(\"/internal\"), with a slash in front and none at the \
                    end, without an empty segment, `.`, `..`, a parameter, a percent sign or a query",
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

/// Replaces `response` with `answer`, and keeps the headers that belong to every response.
fn replace<'r>(response: &mut Response<'r>, answer: Response<'r>) {
    let replaced = std::mem::replace(response, answer);
    for header in replaced.headers().iter().filter(|header| concerns_every_response(header.name())) {
        response.adjoin_raw_header(header.name().to_string(), header.value().to_owned());
    }
}

/// Whether fairings add this header to every response. Other headers may describe the replaced
/// content, or make a proxy send other content.
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
