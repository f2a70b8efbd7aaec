//! The fairing that installs the validator, and gives refusals the answer that Rocket's catchers cannot.

use std::fmt;
use std::sync::Arc;

use axioms_core::{Refusal, Validator};
use rocket::fairing::{self, Fairing, Info, Kind};
use rocket::http::uncased::UncasedStr;
use rocket::response::Response;
use rocket::{Build, Request, Rocket};

use crate::record;

/// Installs the validator that every guard uses, and answers the requests that guards refuse.
///
/// A guard gives Rocket a status and nothing else, so a catcher knows nothing of the challenge that a client needs. This
/// fairing answers in its place. Headers that other fairings added, as for CORS, are kept.
///
/// The validator becomes managed state, for handlers that want `&State<Validator>`. One rocket has one validator: a
/// second keeps it from igniting.
///
/// # Examples
/// ```no_run
/// use axioms_rocket::{Validator, ValidatorFairing};
///
/// # fn rocket(validator: Validator) -> rocket::Rocket<rocket::Build> {
/// rocket::build().attach(ValidatorFairing::new(validator))
/// # }
/// ```
pub struct ValidatorFairing {
    validator: Option<Validator>,
    renderer: Renderer,
}

impl ValidatorFairing {
    /// A fairing that installs `validator`.
    #[must_use]
    pub fn new(validator: Validator) -> Self {
        Self { validator: Some(validator), ..Self::without_validator() }
    }

    /// For the test of what a client is told where the validator was forgotten.
    #[doc(hidden)]
    #[must_use]
    pub fn without_validator() -> Self {
        Self { validator: None, renderer: Renderer(Arc::new(|_, _, _| {})) }
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
        self.renderer = Renderer(Arc::new(render));
        self
    }
}

impl fmt::Debug for ValidatorFairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValidatorFairing").field("validator", &self.validator).finish_non_exhaustive()
    }
}

#[rocket::async_trait]
impl Fairing for ValidatorFairing {
    fn info(&self) -> Info {
        Info { name: "Axioms access tokens", kind: Kind::Ignite | Kind::Response }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        if rocket.state::<Validator>().is_some() || rocket.state::<Renderer>().is_some() {
            tracing::error!(target: "axioms", "a second validator is attached or managed; keep one ValidatorFairing");
            return Err(rocket);
        }
        let rocket = rocket.manage(self.renderer.clone());
        Ok(match &self.validator {
            Some(validator) => rocket.manage(validator.clone()),
            None => rocket,
        })
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        if let Some(refused) = record::refused(request)
            && refused.stands_against(response.status())
        {
            replace(response, refused.answer(request));
        }
    }
}

/// How the program wants refusals rendered. It is managed state, where responders find it too.
#[derive(Clone)]
pub(crate) struct Renderer(Arc<Render>);

type Render = dyn Fn(&Refusal, &Request<'_>, &mut Response<'_>) + Send + Sync;

impl Renderer {
    pub(crate) fn render(&self, refusal: &Refusal, request: &Request<'_>, response: &mut Response<'_>) {
        (self.0)(refusal, request, response);
    }
}

/// Puts `answer` in the place of `response`, with the headers that fairings added to it.
fn replace<'r>(response: &mut Response<'r>, answer: Response<'r>) {
    let replaced = std::mem::replace(response, answer);
    let names: Vec<_> = response.headers().iter().map(|header| header.name.into_owned()).collect();
    for header in replaced.headers().iter() {
        if !is_of_content(header.name()) && !names.contains(&header.name) {
            response.adjoin_raw_header(header.name().to_string(), header.value().to_owned());
        }
    }
}

/// Whether a header is about the content that is replaced (RFC 9110 section 8), or gives the client something with it.
fn is_of_content(name: &UncasedStr) -> bool {
    [
        "Content-Type",
        "Content-Length",
        "Content-Encoding",
        "Content-Language",
        "Content-Location",
        "Content-Range",
    ]
    .into_iter()
    .chain(["Content-Disposition", "ETag", "Last-Modified", "Location", "Set-Cookie", "Transfer-Encoding"])
    .any(|header| name == header)
}
