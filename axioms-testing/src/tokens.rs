//! Creates tokens: valid by default, with one change at a time.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axioms_core::{Algorithm, Clock};
use serde_json::{Map, Value, json};

use super::secret::hmac_sha256;
use super::{SigningKey, base64url};

/// The default audience of tokens, which the validator under test should accept. See the example of
/// [`jwks`](super::jwks).
pub const AUDIENCE: &str = "https://api.example.com";

/// The default lifetime of a token.
const LIFETIME: Duration = Duration::from_secs(300);

/// Builds an access token. Get it from [`TestIssuer::token`](super::TestIssuer::token), or from
/// [`access_token`](super::access_token) if no issuer is needed.
///
/// It starts as a valid token that follows [RFC
/// 9068](https://www.rfc-editor.org/rfc/rfc9068#section-2): `typ` is `at+jwt`, and the claims are
/// `iss`, `aud` ([`AUDIENCE`]), `sub` (`user-1`), `client_id` (`client-1`), `iat`, `exp` (in five
/// minutes) and `jti`. Dates are whole seconds. Each method changes one thing.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use axioms_core::Algorithm;
/// use axioms_testing::TestIssuer;
/// use serde_json::json;
///
/// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
///
/// let reader = issuer.token().subject("alice").scopes(["read:messages"]).sign();
/// let short = issuer.token().expires_in(Duration::from_secs(1)).sign();
/// let keycloak = issuer.token().claim("realm_access", json!({ "roles": ["admin"] })).without("jti").sign();
///
/// // Two subjects, as exact text, which no JSON library would write.
/// let doubled = issuer.token().raw_payload(r#"{"sub":"user-1","sub":"admin"}"#).sign();
/// ```
#[derive(Debug, Clone)]
pub struct TokenBuilder {
    keys: Vec<SigningKey>,
    key: SigningKey,
    clock: Arc<dyn Clock>,
    claims: Map<String, Value>,
    /// Changes to the header, in order. They are applied when the token is signed, because `alg`
    /// and `kid` are known only then.
    header: Vec<(String, Option<Value>)>,
    raw_header: Option<Vec<u8>>,
    raw_payload: Option<Vec<u8>>,
}

impl TokenBuilder {
    /// A token of `issuer`, signed with `key`, or another of `keys`.
    pub(super) fn new(issuer: &str, key: SigningKey, keys: Vec<SigningKey>, clock: Arc<dyn Clock>) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let jti = format!("token-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut claims = Map::new();
        for (name, value) in
            [("iss", issuer), ("aud", AUDIENCE), ("sub", "user-1"), ("client_id", "client-1"), ("jti", &jti)]
        {
            claims.insert(name.to_owned(), value.into());
        }
        claims.insert("iat".to_owned(), whole_seconds(&*clock).as_secs().into());
        Self { keys, key, clock, claims, header: Vec::new(), raw_header: None, raw_payload: None }
            .expires_in(LIFETIME)
    }

    /// Sets `sub`.
    #[must_use]
    pub fn subject(self, subject: &str) -> Self {
        self.claim("sub", subject)
    }

    /// Sets `client_id`: the client that the token is issued to.
    #[must_use]
    pub fn client_id(self, client: &str) -> Self {
        self.claim("client_id", client)
    }

    /// Makes it a token that `client` got for itself with the grant `client_credentials` (RFC 6749
    /// section 4.4): `client` is both `client_id` and `sub` ([RFC 9068 section
    /// 2.2](https://www.rfc-editor.org/rfc/rfc9068#section-2.2)).
    #[must_use]
    pub fn client_credentials(self, client: &str) -> Self {
        self.client_id(client).subject(client)
    }

    /// Sets `scope`: the scopes, joined by spaces.
    #[must_use]
    pub fn scopes<I: IntoIterator<Item: Into<String>>>(self, scopes: I) -> Self {
        let scopes: Vec<String> = scopes.into_iter().map(Into::into).collect();
        self.claim("scope", scopes.join(" "))
    }

    /// Sets `roles`, an array.
    #[must_use]
    pub fn roles<I: IntoIterator<Item: Into<String>>>(self, roles: I) -> Self {
        self.list("roles", roles)
    }

    /// Sets `permissions`, an array.
    #[must_use]
    pub fn permissions<I: IntoIterator<Item: Into<String>>>(self, permissions: I) -> Self {
        self.list("permissions", permissions)
    }

    /// Sets `aud` to one audience.
    #[must_use]
    pub fn audience(self, audience: &str) -> Self {
        self.claim("aud", audience)
    }

    /// Sets `iss`.
    #[must_use]
    pub fn issuer(self, issuer: &str) -> Self {
        self.claim("iss", issuer)
    }

    /// Sets a claim to any JSON value.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Removes a claim.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Sets `exp` to the issuer's clock plus `lifetime`. It is a whole second, rounded down, unless
    /// `lifetime` has a fraction.
    #[must_use]
    pub fn expires_in(self, lifetime: Duration) -> Self {
        if lifetime.subsec_nanos() == 0 {
            let expiry = whole_seconds(&*self.clock).saturating_add(lifetime);
            self.claim("exp", expiry.as_secs())
        } else {
            let expiry = self.clock.unix_time().saturating_add(lifetime);
            self.claim("exp", expiry.as_secs_f64())
        }
    }

    /// Sets `iat` to two hours ago and `exp` to one hour ago, which is beyond any leeway.
    #[must_use]
    pub fn expired(self) -> Self {
        let now = whole_seconds(&*self.clock).as_secs();
        self.claim("iat", now.saturating_sub(2 * 3600)).claim("exp", now.saturating_sub(3600))
    }

    /// Sets a header parameter. With `alg` or `kid`, the header no longer matches the signature.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.push((name.to_owned(), Some(value.into())));
        self
    }

    /// Removes a header parameter.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.push((name.to_owned(), None));
        self
    }

    /// Signs with this algorithm and the issuer's newest key for it.
    ///
    /// # Panics
    /// If the issuer has no key for it.
    #[must_use]
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.key = newest(&self.keys, algorithm);
        self
    }

    /// Signs with this key, which need not be the issuer's, and sets `alg` and `kid` accordingly.
    #[must_use]
    pub fn signed_with(mut self, key: &SigningKey) -> Self {
        self.key = key.clone();
        self
    }

    /// Uses exactly these bytes as the header. Parameters set by other methods are ignored.
    #[must_use]
    pub fn raw_header(mut self, header: impl Into<Vec<u8>>) -> Self {
        self.raw_header = Some(header.into());
        self
    }

    /// Uses exactly these bytes as the payload. Claims set by other methods are ignored.
    #[must_use]
    pub fn raw_payload(mut self, payload: impl Into<Vec<u8>>) -> Self {
        self.raw_payload = Some(payload.into());
        self
    }

    /// Signs the token and returns its compact serialization ([RFC 7515 section
    /// 3.1](https://www.rfc-editor.org/rfc/rfc7515#section-3.1)).
    #[must_use]
    pub fn sign(&self) -> String {
        self.key.sign_segments(&self.header_segment(self.key.algorithm().name()), &self.payload_segment())
    }

    /// Returns the token with an HMAC with `secret` instead of a signature, and `HS256` in its
    /// header. Attackers forge such tokens with a public key as the secret.
    #[must_use]
    pub fn sign_hs256(&self, secret: &[u8]) -> String {
        let input = format!("{}.{}", self.header_segment("HS256"), self.payload_segment());
        format!("{input}.{}", base64url(hmac_sha256(secret, input.as_bytes())))
    }

    /// Returns the token without a signature, with `none` in its header.
    #[must_use]
    pub fn unsigned(&self) -> String {
        format!("{}.{}.", self.header_segment("none"), self.payload_segment())
    }

    fn list<I: IntoIterator<Item: Into<String>>>(self, name: &str, values: I) -> Self {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        self.claim(name, values)
    }

    fn header_segment(&self, alg: &str) -> String {
        if let Some(raw) = &self.raw_header {
            return base64url(raw);
        }
        let mut header = Map::new();
        header.insert("alg".to_owned(), alg.into());
        header.insert("kid".to_owned(), self.key.kid().into());
        header.insert("typ".to_owned(), "at+jwt".into());
        for (name, value) in &self.header {
            match value {
                Some(value) => header.insert(name.clone(), value.clone()),
                None => header.remove(name),
            };
        }
        base64url(Value::Object(header).to_string())
    }

    fn payload_segment(&self) -> String {
        base64url(self.payload())
    }

    pub(super) fn payload(&self) -> Cow<'_, [u8]> {
        match &self.raw_payload {
            Some(raw) => raw.into(),
            None => json!(self.claims).to_string().into_bytes().into(),
        }
    }

    /// The key that signs the token.
    pub(super) fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The clock of the token's dates.
    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }
}

/// The newest key for `algorithm`.
pub(super) fn newest(keys: &[SigningKey], algorithm: Algorithm) -> SigningKey {
    let found = keys.iter().rev().find(|key| key.algorithm() == algorithm);
    found.cloned().unwrap_or_else(|| {
        panic!("this issuer has no key for {algorithm}; name it in TestIssuerBuilder::algorithms, or rotate to it")
    })
}

/// The time, rounded down to a second. A `NumericDate` (RFC 7519 section 2) may have a fraction,
/// but issuers write integers, and programs read dates as integers.
fn whole_seconds(clock: &dyn Clock) -> Duration {
    Duration::from_secs(clock.unix_time().as_secs())
}

#[cfg(test)]
mod tests;
