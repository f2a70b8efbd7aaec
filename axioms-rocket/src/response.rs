//! A refusal as a Rocket response and as the error of guards and handlers.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axioms_core::http::HeaderMap;
use axioms_core::{Refusal, RefusalCause};
use rocket::Request;
use rocket::http::Status;
use rocket::response::{self, Responder, Response};

use crate::installed;

/// A refused request: the error of every guard in this crate, and an error that handlers can return
/// with `?`.
///
/// # Examples
/// ```
/// use axioms_rocket::{AccessToken, Policy, Refused};
/// use rocket::{State, get};
///
/// #[get("/export")]
/// fn export(policy: &State<Policy>, token: AccessToken) -> Result<String, Refused> {
///     token.require(policy)?;
///     Ok("everything".to_owned())
/// }
/// ```
///
/// A program's own error type needs one conversion, from `Refused`:
/// ```
/// use axioms_rocket::{AccessToken, Owned, Refused};
/// use rocket::{Responder, get};
///
/// #[derive(Responder)]
/// enum Failure {
///     Refused(Refused),
///     #[response(status = 404)]
///     NotFound(()),
/// }
///
/// impl From<Refused> for Failure {
///     fn from(refused: Refused) -> Self {
///         Self::Refused(refused)
///     }
/// }
///
/// #[derive(Owned)]
/// struct Article {
///     text: String,
///     #[owner]
///     author: String,
/// }
///
/// # fn load(_: u64) -> Option<Article> { None }
/// #[get("/articles/<id>")]
/// fn article(id: u64, token: AccessToken) -> Result<String, Failure> {
///     let article = load(id).ok_or(Failure::NotFound(()))?;
///     token.require_owner(&article)?;
///     let plan: Option<String> = token.claim("plan")?;
///     Ok(article.text + &plan.unwrap_or_default())
/// }
/// ```
///
/// A handler that takes `Result<AccessToken, Refused>` sees why its request is refused. A request
/// with bad credentials stays refused even if the handler ignores the error, because it must not be
/// treated as one without credentials. To answer it differently, the handler calls
/// [`Refused::into_inner`].
#[derive(Debug, Clone)]
pub struct Refused(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    refusal: Refusal,
    /// Whether a handler has taken over answering the request.
    taken: AtomicBool,
}

impl Refused {
    /// Why the request is refused.
    #[must_use]
    pub fn refusal(&self) -> &Refusal {
        &self.0.refusal
    }

    /// Takes the refusal and takes over answering the request: the handler's response is then kept.
    ///
    /// # Examples
    /// ```
    /// use axioms_rocket::{AccessToken, Refused};
    /// use rocket::get;
    ///
    /// #[get("/greeting")]
    /// fn greeting(token: Result<AccessToken, Refused>) -> String {
    ///     match token {
    ///         Ok(token) => format!("Hello, {}", token.subject().unwrap_or("service")),
    ///         Err(refused) => format!("Hello, stranger. {}", refused.into_inner().error_description()),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn into_inner(self) -> Refusal {
        self.0.taken.store(true, Ordering::Relaxed);
        self.0.refusal.clone()
    }

    pub(crate) fn status(&self) -> Status {
        Status::new(self.refusal().status().as_u16())
    }

    /// Whether a handler may answer despite the refusal, which is so if there are no credentials or
    /// the token is denied. Bad credentials are always refused.
    pub(crate) fn is_tolerable(&self) -> bool {
        matches!(self.refusal().cause(), RefusalCause::NoCredentials | RefusalCause::Denied(_))
    }

    /// Whether the response answers the refused request, and is not a catcher's response to the
    /// refusal's status.
    pub(crate) fn is_answered_by(&self, response: &Response<'_>, a_handler_ran: bool) -> bool {
        let of_a_catcher = !a_handler_ran
            && response.status() == self.status()
            && !response.headers().contains("WWW-Authenticate");
        self.0.taken.load(Ordering::Relaxed) || (self.is_tolerable() && !of_a_catcher)
    }

    /// The answer, rendered by the program's function.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Response<'static> {
        let mut response = standard(self.refusal(), self.status());
        if let Ok(installed) = installed::of(request) {
            (installed.render)(self.refusal(), request, &mut response);
        }
        response
    }
}

/// The standard answer, which is the same in every adapter.
fn standard(refusal: &Refusal, status: Status) -> Response<'static> {
    let mut response = Response::new();
    response.set_status(status);
    add_headers(&mut response, &refusal.headers());
    let body = refusal.body();
    response.set_sized_body(body.len(), Cursor::new(body));
    response
}

/// Adds every header line: a refusal may have several challenges, each in its own line.
fn add_headers(response: &mut Response<'_>, headers: &HeaderMap) {
    for (name, value) in headers {
        // Every header of a refusal is ASCII.
        if let Ok(value) = value.to_str() {
            response.adjoin_raw_header(name.as_str().to_owned(), value.to_owned());
        }
    }
}

/// Converts every refusal of core: a [`Refusal`] and the types that convert into one, such as
/// [`Denied`](axioms_core::Denied) and [`ClaimError`](axioms_core::ClaimError).
impl<E: Into<Refusal>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(Arc::new(Inner { refusal: error.into(), taken: AtomicBool::new(false) }))
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.refusal().fmt(f)
    }
}

/// Transparent, like `Display`: the source is that of the [`Refusal`].
impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.refusal().source()
    }
}

impl<'r> Responder<'r, 'static> for Refused {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        Ok(self.answer(request))
    }
}

#[cfg(test)]
mod tests {
    use axioms_core::http::HeaderValue;
    use axioms_core::http::header::WWW_AUTHENTICATE;

    use super::*;

    #[test]
    fn each_challenge_keeps_its_line() {
        let mut headers = HeaderMap::new();
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"a\""));
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("DPoP realm=\"a\""));
        let mut response = Response::new();
        add_headers(&mut response, &headers);
        let lines: Vec<_> = response.headers().get("WWW-Authenticate").collect();
        assert_eq!(lines, ["Bearer realm=\"a\"", "DPoP realm=\"a\""]);
    }
}
