//! The extension that a `ValidatorLayer` inserts into a request for the guards inside it.

use std::sync::Arc;

use axioms_core::http::header::AUTHORIZATION;
use axioms_core::http::{Extensions, HeaderMap, HeaderValue};
use axioms_core::{AccessToken, Refusal, Validator};

use crate::upload::Upload;

/// The validator of a request, and the token that it verified.
///
/// The type is the key in the request's extensions. It is private, so no handler, middleware or
/// other crate can insert another validator or token. Both are in one value, so that a token never
/// outlives its validator: an inner [`ValidatorLayer`](crate::ValidatorLayer) replaces both.
#[derive(Clone)]
pub(crate) struct Installed {
    validator: Validator,
    verified: Option<Verified>,
    upload: Option<Arc<Upload>>,
}

/// A token, and the header that it was read from.
#[derive(Clone)]
struct Verified {
    authorization: HeaderValue,
    token: AccessToken,
}

impl Installed {
    pub(crate) fn new(validator: Validator, upload: Option<Arc<Upload>>) -> Self {
        Self { validator, verified: None, upload }
    }

    /// The request's upload, if a layer tracks it.
    pub(crate) fn upload(extensions: &Extensions) -> Option<Arc<Upload>> {
        extensions.get::<Self>()?.upload.clone()
    }

    /// # Errors
    /// If there is no validator, a refusal that logs `remedy`.
    pub(crate) fn find<'e>(extensions: &'e Extensions, remedy: &'static str) -> Result<&'e Self, Refusal> {
        extensions.get().ok_or_else(|| Refusal::not_configured(remedy))
    }

    pub(crate) fn validator(&self) -> &Validator {
        &self.validator
    }

    /// The token that was verified before, if the request still has it.
    pub(crate) fn verified(&self, headers: &HeaderMap) -> Option<&AccessToken> {
        let verified = self.verified.as_ref()?;
        (only_authorization(headers)? == verified.authorization).then_some(&verified.token)
    }

    pub(crate) fn remember(&mut self, headers: &HeaderMap, token: &AccessToken) {
        let authorization = only_authorization(headers).cloned();
        self.verified = authorization.map(|authorization| Verified { authorization, token: token.clone() });
    }

    /// Records that the request is refused, independent of changes to the response by other layers.
    pub(crate) fn refuse(&self) {
        if let Some(upload) = &self.upload {
            upload.refuse();
        }
    }
}

/// Installs `validator` for the rest of the request, like a
/// [`ValidatorLayer`](crate::ValidatorLayer) directly around the caller. It is for extractors of a
/// framework that stores the validator elsewhere.
///
/// If the same validator is already installed, nothing changes. A token that another validator
/// verified is dropped.
pub fn install(extensions: &mut Extensions, validator: Validator) {
    let installed = extensions.get::<Installed>();
    if installed.is_none_or(|installed| !installed.validator.is_same(&validator)) {
        let upload = installed.and_then(|installed| installed.upload.clone());
        extensions.insert(Installed::new(validator, upload));
    }
}

/// Returns the access token that a guard around this service verified: a
/// [`RequireLayer`](crate::RequireLayer), or a function of this crate. `None` if no guard ran, or
/// if the policy made the request public.
///
/// It is the token that the guard saw, even if a middleware has changed the request's headers since
/// then.
///
/// # Examples
/// ```
/// use axioms_tower::access_token;
/// use axioms_tower::http::{Request, Response};
///
/// async fn whoami<B>(request: Request<B>) -> Response<String> {
///     let token = access_token(request.extensions());
///     let subject = token.and_then(|token| token.subject());
///     Response::new(subject.unwrap_or("a service").to_owned())
/// }
/// ```
#[must_use]
pub fn access_token(extensions: &Extensions) -> Option<&AccessToken> {
    extensions.get::<Installed>()?.verified.as_ref().map(|verified| &verified.token)
}

fn only_authorization(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let first = values.next();
    if values.next().is_some() { None } else { first }
}
