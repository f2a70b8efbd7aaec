//! Challenges in `WWW-Authenticate` (RFC 9110 section 11.6.1, RFC 6750 section 3).

use std::fmt;

use super::{Refusal, RefusalCause};
use crate::request::Scheme;

/// A challenge: the value of one `WWW-Authenticate` header line. `Display` formats it.
///
/// A refusal has one challenge for each scheme that the resource server accepts, each on its own
/// line. `Bearer` is first, because some clients read only the first challenge.
///
/// # Examples
/// ```
/// use axioms_core::{Policy, http::Method};
///
/// let policy = Policy::builder().all_scopes(["read:orders"]).build()?;
/// let refusal = policy.check(&Method::GET, None).unwrap_err();
/// let challenges: Vec<String> = refusal.challenges().iter().map(ToString::to_string).collect();
/// assert_eq!(challenges, [r#"Bearer realm="api", scope="read:orders""#]);
/// # Ok::<(), axioms_core::PolicyErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenge<'r> {
    scheme: Scheme,
    realm: &'r str,
    error: Option<Fault>,
    scope: Option<&'r str>,
}

/// The client's error; both texts are fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fault {
    code: &'static str,
    description: &'static str,
}

impl<'r> Challenge<'r> {
    /// The scheme of the challenge.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The configured realm (RFC 9110 section 11.5).
    #[must_use]
    pub const fn realm(&self) -> &'r str {
        self.realm
    }

    /// `error`: `invalid_request`, `invalid_token` or `insufficient_scope` (RFC 6750 section 3.1).
    /// `None` for a request without credentials.
    #[must_use]
    pub fn error_code(&self) -> Option<&'static str> {
        self.error.map(|fault| fault.code)
    }

    /// `error_description`; `None` if there is no error code.
    #[must_use]
    pub fn error_description(&self) -> Option<&'static str> {
        self.error.map(|fault| fault.description)
    }

    /// `scope`: the scopes that the policy names, separated by spaces (RFC 6750 section 3). `None`
    /// if it names none.
    #[must_use]
    pub const fn scope(&self) -> Option<&'r str> {
        self.scope
    }
}

impl fmt::Display for Challenge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Each text satisfies `is_quotable`.
        write!(f, r#"{} realm="{}""#, self.scheme, self.realm)?;
        if let Some(Fault { code, description }) = self.error {
            write!(f, r#", error="{code}", error_description="{description}""#)?;
        }
        match self.scope {
            Some(scope) => write!(f, r#", scope="{scope}""#),
            None => Ok(()),
        }
    }
}

impl Refusal {
    /// The challenges of the answer, one for each `WWW-Authenticate` line. Answers with 400, 401
    /// and 403 have challenges; others have none.
    #[must_use]
    pub fn challenges(&self) -> Vec<Challenge<'_>> {
        let row = self.cause.row();
        let Some(space) = self.space.as_deref().filter(|_| row.status.is_client_error()) else {
            return Vec::new();
        };
        let fault = Fault { code: row.error_code, description: row.error_description };
        let (error, scope) = match &self.cause {
            RefusalCause::NoCredentials => (None, self.scope.as_deref()),
            RefusalCause::Denied(denied) => (Some(fault), denied.scope()),
            _ => (Some(fault), self.scope.as_deref()),
        };
        let challenge = |scheme: &Scheme| Challenge { scheme: *scheme, realm: &space.realm, error, scope };
        space.schemes.iter().map(challenge).collect()
    }
}

/// The parameters that all challenges of a resource server share.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ProtectionSpace {
    /// Satisfies [`is_quotable`](super::is_quotable).
    pub(crate) realm: Box<str>,
    /// The accepted schemes, in the order of their challenges.
    pub(crate) schemes: &'static [Scheme],
}

impl ProtectionSpace {
    /// The default realm. A challenge must have at least one parameter (RFC 6750 section 3).
    pub(crate) const DEFAULT_REALM: &str = "api";

    pub(crate) fn new(realm: &str) -> Self {
        Self { realm: realm.into(), schemes: &[Scheme::Bearer] }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::header::WWW_AUTHENTICATE;

    use super::*;
    use crate::refusal::InvalidToken;

    #[test]
    fn each_scheme_has_a_line_of_its_own() {
        let space = ProtectionSpace { realm: "shop".into(), schemes: &[Scheme::Bearer, Scheme::Dpop] };
        let refusal = Refusal::new(InvalidToken::Expired, &Arc::new(space));
        let headers = refusal.headers();
        let lines: Vec<_> = headers.get_all(WWW_AUTHENTICATE).iter().collect();
        let rest = r#"realm="shop", error="invalid_token", error_description="The access token expired""#;
        assert_eq!(lines, [format!("Bearer {rest}").as_str(), format!("DPoP {rest}").as_str()]);
    }
}
