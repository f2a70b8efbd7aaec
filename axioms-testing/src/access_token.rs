//! Access tokens without an issuer, for unit tests without sockets and threads.

use std::sync::{Arc, LazyLock};

use axioms_core::{AccessToken, Algorithm, Issuer, SystemClock, Validator};
use serde_json::{Value, json};

use super::{AUDIENCE, SigningKey, TokenBuilder};

/// The default issuer of the tokens that [`access_token`] creates. See the example of [`jwks`].
pub const ISSUER: &str = "https://issuer.example.com";

/// The key that signs them. Made once in a process, and for the algorithm that signs fastest
/// without optimization: a test run makes thousands of tokens.
static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::EdDSA));

/// Starts a valid token of an issuer that does not exist, with the times of the machine's clock,
/// signed with `EdDSA`.
///
/// Use it for unit tests of functions that take an [`AccessToken`], which
/// [`TokenBuilder::validated`] creates, and, with [`jwks`], for tests of a whole router. No issuer
/// is started. If a test needs an issuer that rotates keys or fails, or a clock that it can set,
/// use [`TestIssuer`](super::TestIssuer).
///
/// # Examples
/// ```
/// use axioms_core::AccessToken;
/// use axioms_testing::access_token;
///
/// fn greeting(token: &AccessToken) -> String {
///     format!("Hello, {}", token.subject().unwrap_or("service"))
/// }
///
/// let alice = access_token().subject("alice").scopes(["read:messages"]).validated();
/// assert_eq!(greeting(&alice), "Hello, alice");
/// ```
#[must_use]
pub fn access_token() -> TokenBuilder {
    TokenBuilder::new(ISSUER, KEY.clone(), vec![KEY.clone()], Arc::new(SystemClock::new()))
}

/// The JWK Set that verifies the tokens of [`access_token`], as text, for a validator that fetches
/// nothing.
///
/// # Examples
/// ```
/// use axioms_core::Validator;
/// use axioms_testing::{AUDIENCE, ISSUER, access_token, jwks};
///
/// let validator = Validator::builder().issuer(ISSUER).audience(AUDIENCE).jwks(jwks()).build()?;
/// let token = access_token().subject("alice").sign();
/// assert_eq!(validator.validate(&token)?.subject(), Some("alice"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn jwks() -> String {
    key_set(&KEY)
}

impl TokenBuilder {
    /// The token as a handler receives it: signed, then accepted by a validator.
    ///
    /// The validator trusts the token's key, issuer and audience, and otherwise has default
    /// settings: it reads the claims that [`TokenBuilder::scopes`], [`TokenBuilder::roles`] and
    /// [`TokenBuilder::permissions`] set. To test your own configuration, build a [`Validator`] and
    /// validate the result of [`TokenBuilder::sign`].
    ///
    /// # Panics
    /// If the token is not valid, for example if it has expired. The message says why.
    ///
    /// # Examples
    /// A token that a client got for itself, from another issuer:
    /// ```
    /// use axioms_testing::access_token;
    ///
    /// let job = access_token().issuer("https://partner.example.com").client_credentials("nightly").validated();
    /// assert_eq!(job.issuer(), Some("https://partner.example.com"));
    /// assert_eq!(job.client_id().as_deref(), Some("nightly"));
    /// ```
    #[must_use]
    pub fn validated(&self) -> AccessToken {
        let payload: Value = serde_json::from_slice(&self.payload()).unwrap_or_default();
        // A validator with one issuer, as in a program that trusts one: it identifies subjects by
        // `sub` alone.
        let issuer = match payload["iss"].as_str() {
            Some(iss) => Issuer::new(iss),
            None => Issuer::default().any_issuer(true),
        };
        let validator = Validator::builder()
            .issuer(issuer)
            .audience(first_audience(&payload))
            .jwks(key_set(self.key()))
            .clock(self.clock())
            .token_cache(0)
            .build()
            .expect("the configuration is valid");
        validator.validate(&self.sign()).unwrap_or_else(|refusal| {
            panic!("no handler would receive this access token: {refusal}; to test a refusal, validate what `sign` returns")
        })
    }
}

/// An audience of the token. If it has none, the default audience, and the token is then refused.
fn first_audience(payload: &Value) -> String {
    let aud = &payload["aud"];
    let first = aud.as_str().or_else(|| aud[0].as_str()).filter(|aud| !aud.trim().is_empty());
    first.unwrap_or(AUDIENCE).to_owned()
}

fn key_set(key: &SigningKey) -> String {
    json!({ "keys": [key.public_jwk()] }).to_string()
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;
    use std::time::Duration;

    use serde::Deserialize;

    use super::*;
    use crate::{TestClock, TestIssuer};

    #[test]
    fn a_handlers_token_has_what_the_test_gave_it() {
        let token = access_token()
            .subject("alice")
            .client_id("web")
            .scopes(["a", "b"])
            .roles(["admin"])
            .permissions(["create:articles"])
            .audience("orders")
            .issuer("https://other.example.com")
            .claim("tenant", "acme")
            .validated();
        assert_eq!((token.subject(), token.client_id().as_deref()), (Some("alice"), Some("web")));
        assert_eq!(token.scopes().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(token.roles().collect::<Vec<_>>(), ["admin"]);
        assert_eq!(token.permissions().collect::<Vec<_>>(), ["create:articles"]);
        assert_eq!(token.audiences(), ["orders"]);
        assert_eq!(token.issuer(), Some("https://other.example.com"));
        assert_eq!(token.claim::<&str>("tenant").unwrap(), Some("acme"));
    }

    #[test]
    fn a_client_that_acts_for_itself_is_the_subject() {
        let token = access_token().client_credentials("nightly").validated();
        assert_eq!((token.subject(), token.client_id().as_deref()), (Some("nightly"), Some("nightly")));
    }

    #[test]
    fn claims_that_tokens_may_lack_can_be_left_out() {
        let token =
            access_token().without("sub").without("iss").without("client_id").without("iat").validated();
        assert_eq!((token.subject(), token.issuer(), token.client_id()), (None, None, None));
        assert_eq!(token.issued_at(), None);
    }

    #[test]
    fn every_form_of_the_audience_is_accepted() {
        for aud in [json!("one"), json!(["one"]), json!(["one", "two"])] {
            assert_eq!(access_token().claim("aud", aud).validated().audiences()[0], "one");
        }
        let payload = r#"{"aud": ["raw"], "exp": 4102444800}"#;
        assert_eq!(access_token().raw_payload(payload).validated().audiences(), ["raw"]);
    }

    #[test]
    fn dates_are_the_integers_that_programs_read() {
        #[derive(Deserialize)]
        struct Dates {
            iat: u64,
            exp: u64,
        }
        let lifetime = Duration::from_secs(60);
        for token in [access_token(), TestIssuer::builder().algorithms([Algorithm::ES256]).start().token()] {
            let token = token.expires_in(lifetime).validated();
            let Dates { iat, exp } = token.claims().unwrap();
            assert_eq!(exp - iat, 60);
        }
    }

    #[test]
    fn an_issuers_token_is_validated_by_the_issuers_clock_and_key() {
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(TestClock::new()).start();
        let token = issuer.token().validated();
        assert_eq!((token.issuer(), token.algorithm()), (Some(issuer.url()), Some(Algorithm::ES256)));
        assert_eq!(issuer.requests().len(), 0, "nothing is fetched");
    }

    #[test]
    fn a_token_that_is_not_valid_stops_the_test_and_says_why() {
        type Change = fn(TokenBuilder) -> TokenBuilder;
        let rows: [(Change, &str); 7] = [
            (TokenBuilder::expired, "expired"),
            (|token| token.without("exp"), "the claim exp is missing"),
            (|token| token.without("aud"), "the claim aud is missing"),
            (|token| token.audience(" "), "audience"),
            (|token| token.claim("at_hash", "x"), "it is an ID token"),
            (|token| token.header("typ", "dpop+jwt"), "type"),
            (|token| token.header("kid", "another"), "key"),
        ];
        for (change, reason) in rows {
            let panic = catch_unwind(|| change(access_token()).validated()).unwrap_err();
            let message = panic.downcast::<String>().unwrap();
            assert!(message.contains(reason), "{message}");
        }
    }

    #[test]
    fn the_published_key_verifies_every_token_of_the_process() {
        let validator = Validator::builder().issuer(ISSUER).audience(AUDIENCE).jwks(jwks()).build().unwrap();
        for subject in ["alice", "bob"] {
            let token = validator.validate(&access_token().subject(subject).sign()).unwrap();
            assert_eq!(token.subject(), Some(subject));
        }
    }
}
