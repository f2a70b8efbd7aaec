//! The two things a client does: it gets a token from an authorization server, and takes it to an API.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use ureq::Agent;
use ureq::http::{Response, header};

use super::Result;
use super::tls::Tls;

pub(super) struct Client(Agent);

/// What an API answered, as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) status: u16,
    /// The error code and its description, if it is a refusal.
    pub(super) refusal: Option<(String, String)>,
    /// Whose token it took this for.
    pub(super) user: Value,
}

impl Client {
    /// A client that trusts the run's own authority, for https.
    pub(super) fn new(tls: &Tls) -> Result<Self> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .tls_config(tls.client()?)
            .timeout_global(Some(Duration::from_secs(15)));
        Ok(Self(config.build().new_agent()))
    }

    /// The token endpoint that the issuer's metadata names (OpenID Connect Discovery, RFC 8414).
    pub(super) fn token_endpoint(&self, issuer: &str) -> Result<String> {
        for kind in ["openid-configuration", "oauth-authorization-server"] {
            let mut response = self.0.get(format!("{issuer}/.well-known/{kind}")).call()?;
            if response.status() == 200 {
                let endpoint = text(&json(&mut response)?, "token_endpoint").map(str::to_owned);
                return endpoint.ok_or_else(|| format!("{issuer} has no token endpoint").into());
            }
        }
        Err(format!("{issuer} publishes no metadata").into())
    }

    /// An access token by the client credentials grant (RFC 6749 section 4.4).
    pub(super) fn token(&self, endpoint: &str, client: &str, parameters: &[(&str, &str)]) -> Result<String> {
        let credentials = STANDARD.encode(format!("{client}:secret"));
        let given = parameters.iter().filter(|(_, value)| !value.is_empty()).copied();
        let mut response = self
            .0
            .post(endpoint)
            .header(header::AUTHORIZATION, format!("Basic {credentials}"))
            .send_form(std::iter::once(("grant_type", "client_credentials")).chain(given))?;
        let answer = json(&mut response)?;
        let token = text(&answer, "access_token").map(str::to_owned);
        token.ok_or_else(|| format!("no token for {client} but {}: {answer}", response.status()).into())
    }

    pub(super) fn call(&self, url: &str, token: &str) -> Result<Answered> {
        let mut response = self.0.get(url).header(header::AUTHORIZATION, format!("Bearer {token}")).call()?;
        let body = json(&mut response)?;
        let said = |name| text(&body, name).unwrap_or_default().to_owned();
        let refusal = (!response.status().is_success()).then(|| (said("error"), said("error_description")));
        if let Some((error, description)) = &refusal {
            check_challenge(&response, error, description)?;
        }
        Ok(Answered {
            status: response.status().as_u16(),
            refusal,
            user: body.get("user").cloned().unwrap_or_default(),
        })
    }
}

/// The challenge of a refusal says what its body says (RFC 6750 section 3). Where the token is not at fault there is
/// none, and the client is told when to come again.
fn check_challenge<B>(response: &Response<B>, error: &str, description: &str) -> Result<()> {
    let told = |name| response.headers().contains_key(name);
    if response.status() == 503 {
        let sound = told(header::RETRY_AFTER) && !told(header::WWW_AUTHENTICATE);
        return if sound { Ok(()) } else { Err(format!("a 503 with {:?}", response.headers()).into()) };
    }
    let challenge =
        response.headers().get(header::WWW_AUTHENTICATE).map_or("", |value| value.to_str().unwrap_or(""));
    let expected = format!(r#"error="{error}", error_description="{description}""#);
    if challenge.starts_with("Bearer ") && challenge.contains(&expected) {
        Ok(())
    } else {
        Err(format!("the body says {expected}, the challenge {challenge}").into())
    }
}

fn json(response: &mut Response<ureq::Body>) -> Result<Value> {
    let text = response.body_mut().read_to_string()?;
    serde_json::from_str(&text).map_err(|_| format!("{}, and no JSON: {text}", response.status()).into())
}

fn text<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.get(name)?.as_str()
}

/// What a token is: its type, its algorithm, and whether it is bound to a key.
pub(super) fn shape(token: &str) -> String {
    let segments = token.split('.').count();
    let header = decoded(token, 0);
    let (typ, alg) = (text(&header, "typ").unwrap_or("-"), text(&header, "alg").unwrap_or("-"));
    match segments {
        3 if decoded(token, 1).get("cnf").is_some() => format!("{typ} {alg} cnf"),
        3 => format!("{typ} {alg}"),
        5 => format!("JWE {alg}"),
        _ => "opaque".to_owned(),
    }
}

/// One segment of a token, read without any check; null if it is not JSON.
pub(super) fn decoded(token: &str, segment: usize) -> Value {
    let bytes = token.split('.').nth(segment).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}
