//! The validator checks access tokens and requests. It depends on no framework and no runtime.

mod build;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use tracing::Instrument as _;

use crate::clock::Clock;
use crate::decision;
use crate::health::Health;
use crate::jose::compact::Compact;
use crate::jwks::{Jwks, Missing, Need, Patience, block_on};
use crate::policy::{Demand, Policy};
use crate::refusal::{InvalidToken, Refusal, RefusalCause};
use crate::request::RequestHead;
use crate::resource_server::ResourceServer;
use crate::stats::Stats;
use crate::token::cache::{TokenCache, Verified};
use crate::token::issuer_policy::{self, IssuerPolicy};
use crate::token::{AccessToken, Unverified};

/// Checks access tokens against the issuers' keys and the configured rules.
///
/// A clone shares the keys and threads of the original; cloning only increments a reference count.
///
/// # Examples
/// Without a framework:
/// ```no_run
/// use axioms_core::{Policy, Validator, http};
///
/// let validator = Validator::builder()
///     .audience("https://api.example.com")
///     .issuer("https://issuer.example.com")
///     .build()?;
/// let policy = Policy::builder().any_scopes(["read:messages"]).build()?;
///
/// let answer = |request: http::Request<()>| -> http::Response<String> {
///     match validator.authorize(&request, &policy) {
///         Ok(_) => http::Response::new("messages".to_owned()),
///         Err(refusal) => refusal.into(),
///     }
/// };
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A validator can trust [several issuers](crate::ValidatorBuilder::add_issuer), each with its own
/// rules and keys.
///
/// # Threads and `fork`
/// Each issuer has one thread that decides when to fetch its keys, and each fetch runs on a
/// temporary thread. A process made by `fork` has the keys but not the threads: it starts its own
/// threads on the first request whose key is missing, or on the first call of
/// [`Validator::health`]. Do not fork while another thread is inside a validator, because a lock
/// held at that moment stays locked in the new process. If possible, build the validator after the
/// fork.
#[derive(Clone)]
pub struct Validator(Arc<Inner>);

struct Inner {
    /// At least one.
    issuers: Vec<TrustedIssuer>,
    server: Arc<ResourceServer>,
    safe_methods: Vec<Method>,
    drain: usize,
    tokens: TokenCache,
    clock: Arc<dyn Clock>,
}

/// A trusted issuer. Its keys verify only its own tokens.
struct TrustedIssuer {
    rules: IssuerPolicy,
    keys: Jwks,
}

impl Validator {
    /// Checks a token. If the issuer's keys must be fetched first, it blocks the thread for at most
    /// 6 s; in async code use [`Validator::validate_async`].
    ///
    /// A call from code that runs during a fetch, such as a `tracing` subscriber or a [`Clock`],
    /// never waits: if keys must be fetched first, the token is refused.
    ///
    /// # Errors
    /// A [`Refusal`] if the token is not valid or the keys are unavailable.
    pub fn validate(&self, token: &str) -> Result<AccessToken, Refusal> {
        let now = self.0.clock.unix_time();
        match self.0.recall(token.as_bytes(), now) {
            Some(known) => Ok(known),
            None => block_on(self.validate_new(token, now)),
        }
    }

    /// Checks a token as [`Validator::validate`] does, on any runtime. It waits for keys without
    /// blocking a thread.
    ///
    /// # Errors
    /// As [`Validator::validate`].
    pub async fn validate_async(&self, token: &str) -> Result<AccessToken, Refusal> {
        let now = self.0.clock.unix_time();
        match self.0.recall(token.as_bytes(), now) {
            Some(known) => Ok(known),
            // Boxed, so that the future of a request with a cached token is small.
            None => Box::pin(self.validate_new(token, now)).await,
        }
    }

    async fn validate_new(&self, token: &str, now: Duration) -> Result<AccessToken, Refusal> {
        match self.check(token, now).await {
            Ok(verified) => {
                self.0.server.counters.accept();
                self.0.tokens.insert(token, verified.clone());
                Ok(verified.token)
            }
            Err(cause) => Err(self.refuse(cause, Some(token))),
        }
    }

    /// Requires a valid token with any claims.
    ///
    /// Blocks as [`Validator::validate`] does; in async code use [`Validator::authenticate_async`].
    ///
    /// # Errors
    /// A [`Refusal`] if the token is not valid, if the request has no credentials, or if the keys
    /// are unavailable.
    pub fn authenticate<'r>(&self, request: impl Into<RequestHead<'r>>) -> Result<AccessToken, Refusal> {
        block_on(self.authenticated(request.into()))
    }

    /// Requires a valid token as [`Validator::authenticate`] does, on any runtime.
    ///
    /// # Errors
    /// As [`Validator::authenticate`].
    pub fn authenticate_async<'a>(
        &'a self,
        request: impl Into<RequestHead<'a>>,
    ) -> impl Future<Output = Result<AccessToken, Refusal>> + Send {
        self.authenticated(request.into())
    }

    /// Returns the request's token, or `None` if it has no credentials. Bad credentials are
    /// refused, because a client that sends a token expects it to be used.
    ///
    /// Blocks as [`Validator::validate`] does; in async code use
    /// [`Validator::authenticate_if_present_async`].
    ///
    /// # Errors
    /// As for [`Validator::authenticate`], except that requests without credentials are accepted.
    pub fn authenticate_if_present<'r>(
        &self,
        request: impl Into<RequestHead<'r>>,
    ) -> Result<Option<AccessToken>, Refusal> {
        block_on(self.authenticated_if_present(request.into()))
    }

    /// Returns the request's token as [`Validator::authenticate_if_present`] does, on any runtime.
    ///
    /// # Errors
    /// As [`Validator::authenticate_if_present`].
    pub fn authenticate_if_present_async<'a>(
        &'a self,
        request: impl Into<RequestHead<'a>>,
    ) -> impl Future<Output = Result<Option<AccessToken>, Refusal>> + Send {
        self.authenticated_if_present(request.into())
    }

    /// Checks a request against a policy, for a handler's guard. Returns `None` only if the policy
    /// makes the request's method public; the credentials are then not read.
    ///
    /// Blocks as [`Validator::validate`] does; in async code use [`Validator::authorize_async`].
    ///
    /// # Errors
    /// A [`Refusal`], which converts into the HTTP response for the client.
    pub fn authorize<'r>(
        &self,
        request: impl Into<RequestHead<'r>>,
        policy: &Policy,
    ) -> Result<Option<AccessToken>, Refusal> {
        block_on(self.authorized(request.into(), policy))
    }

    /// Checks a request as [`Validator::authorize`] does, on any runtime.
    ///
    /// # Errors
    /// As [`Validator::authorize`].
    pub fn authorize_async<'a>(
        &'a self,
        request: impl Into<RequestHead<'a>>,
        policy: &'a Policy,
    ) -> impl Future<Output = Result<Option<AccessToken>, Refusal>> + Send {
        self.authorized(request.into(), policy)
    }

    /// Checks a request against a policy, for a layer that guards handlers of any kind.
    ///
    /// It differs from [`Validator::authorize`] in one point: a configured [safe
    /// method](crate::ValidatorBuilder::safe_methods) passes without a token, unless the policy
    /// names that method. By default there are no safe methods.
    ///
    /// # Errors
    /// As [`Validator::authorize`].
    pub fn admit<'r>(
        &self,
        request: impl Into<RequestHead<'r>>,
        policy: &Policy,
    ) -> Result<Option<AccessToken>, Refusal> {
        block_on(self.admitted(request.into(), policy))
    }

    /// Checks a request as [`Validator::admit`] does, on any runtime.
    ///
    /// # Errors
    /// As [`Validator::authorize`].
    pub fn admit_async<'a>(
        &'a self,
        request: impl Into<RequestHead<'a>>,
        policy: &'a Policy,
    ) -> impl Future<Output = Result<Option<AccessToken>, Refusal>> + Send {
        self.admitted(request.into(), policy)
    }

    async fn authenticated(&self, request: RequestHead<'_>) -> Result<AccessToken, Refusal> {
        match self.recognize(request)? {
            Sent::Known(token) => Ok(token),
            Sent::New { token, now } => Box::pin(self.validate_new(token, now)).await,
            Sent::Nothing => Err(decision::refuse_anonymous(&self.0.server, None)),
        }
    }

    async fn authenticated_if_present(
        &self,
        request: RequestHead<'_>,
    ) -> Result<Option<AccessToken>, Refusal> {
        match self.recognize(request)? {
            Sent::Known(token) => Ok(Some(token)),
            Sent::New { token, now } => Box::pin(self.validate_new(token, now)).await.map(Some),
            Sent::Nothing => Ok(None),
        }
    }

    async fn authorized(
        &self,
        request: RequestHead<'_>,
        policy: &Policy,
    ) -> Result<Option<AccessToken>, Refusal> {
        let demand = policy.demand(request.method());
        if matches!(demand, Some(Demand::Public)) {
            return Ok(None);
        }
        let token = match self.recognize(request)? {
            Sent::Known(token) => token,
            Sent::New { token, now } => Box::pin(self.validate_new(token, now)).await?,
            Sent::Nothing => return Err(decision::refuse_anonymous(&self.0.server, demand)),
        };
        decision::decide(&token, demand, policy)?;
        Ok(Some(token))
    }

    async fn admitted(
        &self,
        request: RequestHead<'_>,
        policy: &Policy,
    ) -> Result<Option<AccessToken>, Refusal> {
        let method = request.method();
        if self.0.safe_methods.contains(method) && !policy.names(method) {
            return Ok(None);
        }
        self.authorized(request, policy).await
    }

    /// Reads the credentials of a request. It does everything that needs no wait, so that the
    /// futures of requests are small.
    fn recognize<'r>(&self, request: RequestHead<'r>) -> Result<Sent<'r>, Refusal> {
        let refuse = |reason| self.refuse(reason, None);
        let Some(credentials) = request.credentials_of(self.0.server.space.schemes).map_err(refuse)? else {
            return Ok(Sent::Nothing);
        };
        let now = self.0.clock.unix_time();
        match self.0.recall(credentials.sent(), now) {
            Some(known) => Ok(Sent::Known(known)),
            None => credentials.token().map(|token| Sent::New { token, now }).map_err(refuse),
        }
    }

    /// How many bytes of a refused request's body an adapter reads and discards after the answer,
    /// as set by [`ValidatorBuilder::drain`](crate::ValidatorBuilder::drain).
    #[must_use]
    pub fn drain_limit(&self) -> usize {
        self.0.drain
    }

    /// Whether both are clones of the same validator.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether this validator or a clone of it accepted the token. Use it in a program with several
    /// validators, where a token is used apart from its request.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{AccessToken, Policy, Refusal, Validator, http::Method};
    ///
    /// /// Checks a queued job that was stored with the token of its request.
    /// fn may_run(orders: &Validator, policy: &Policy, token: &AccessToken) -> bool {
    ///     orders.accepted(token) && token.grants(policy)
    /// }
    /// ```
    #[must_use]
    pub fn accepted(&self, token: &AccessToken) -> bool {
        Arc::ptr_eq(&self.0.server, token.server())
    }

    /// Returns the statistics of this validator and its clones.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let counters = &self.0.server.counters;
        let issuers = self.health().issuers;
        let fetched = issuers.iter().filter(|issuer| issuer.next_fetch.is_some());
        let ages: Option<Vec<Duration>> = fetched.map(|issuer| issuer.key_age).collect();
        Stats {
            accepted: counters.accepted(),
            refused: counters.refused(),
            cache_hits: counters.cache_hits(),
            cache_bytes: self.0.tokens.bytes(),
            fetches: issuers.iter().map(|issuer| issuer.fetches).sum(),
            failed_fetches: issuers.iter().map(|issuer| issuer.failed_fetches).sum(),
            key_age: ages.and_then(|ages| ages.into_iter().max()),
        }
    }

    /// Returns the state of every issuer's keys, for operators and readiness probes.
    #[must_use]
    pub fn health(&self) -> Health {
        Health { issuers: self.0.issuers.iter().map(|issuer| issuer.keys.health()).collect() }
    }

    /// Checks a token. If the current keys do not verify it, waits for newer keys that may.
    async fn check(&self, token: &str, now: Duration) -> Result<Verified, RefusalCause> {
        let select = |iss: Option<&str>| self.0.issuer(iss).map(|found| (found, &found.1.rules));
        let mut decoded = Vec::new();
        let compact = Compact::parse(token, &mut decoded).map_err(InvalidToken::from)?;
        let ((place, issuer), token) = Unverified::parse(compact, select, now)?;
        let (mut patience, mut tried) = (Patience::default(), None);
        loop {
            let unproven = match issuer.verify(&token, &self.0.server, self.0.clock.monotonic(), &mut tried) {
                Ok((token, generation)) => return Ok(Verified { token, issuer: place, generation }),
                Err(unproven) => unproven,
            };
            match issuer.keys.demand(unproven.need, unproven.seen, &mut patience) {
                Missing::Await(fetch) => {
                    fetch.instrument(tracing::debug_span!(target: "axioms", "axioms.wait_for_keys")).await;
                }
                // The issuer's keys were fetched, and none of them verifies this token.
                Missing::Unknown => return Err(unproven.reason.into()),
                // The issuer may have a key that verifies the token, even under a known id: it may
                // have replaced the key.
                Missing::Unavailable { retry_after } => {
                    return Err(RefusalCause::KeysUnavailable { retry_after });
                }
            }
            // The token may have expired during the wait.
            token.check_times(&issuer.rules, self.0.clock.unix_time())?;
        }
    }

    fn refuse(&self, cause: impl Into<RefusalCause>, token: Option<&str>) -> Refusal {
        let issuer = token.and_then(|_| self.0.only_issuer());
        decision::refuse(&self.0.server, cause.into(), token, issuer)
    }
}

impl Inner {
    /// Returns a cached token if the keys that verified it are still current and it has not
    /// expired. Otherwise the token is checked from the start, which finds the reason.
    fn recall(&self, text: &[u8], now: Duration) -> Option<AccessToken> {
        let Verified { token, issuer, generation } = self.tokens.find(text)?;
        let issuer = self.issuers.get(issuer)?;
        let current = issuer.keys.current().is_current(generation, self.clock.monotonic());
        if current && token.is_timely(&issuer.rules, now) {
            self.server.counters.accept_known();
            return Some(token);
        }
        self.tokens.remove(text);
        None
    }

    fn issuer(&self, iss: Option<&str>) -> Option<(usize, &TrustedIssuer)> {
        issuer_policy::select(&self.issuers, |issuer| &issuer.rules, iss)
    }

    fn only_issuer(&self) -> Option<&str> {
        match self.issuers.as_slice() {
            [only] => only.rules.issuer.only(),
            _ => None,
        }
    }
}

/// The credentials of a request.
enum Sent<'r> {
    /// No credentials of an accepted scheme.
    Nothing,
    /// A cached token that is still valid.
    Known(AccessToken),
    /// A token that must be checked, and the time for the check.
    New { token: &'r str, now: Duration },
}

/// Why an issuer's keys do not verify a token.
struct Unproven {
    /// The keys that are needed.
    need: Need,
    /// The generation of the keys that were tried.
    seen: u64,
    /// The reason to refuse the token, unless newer keys verify it.
    reason: InvalidToken,
}

impl TrustedIssuer {
    /// Verifies a token with the keys that are trusted at the time `now`. Returns the token and the
    /// generation of the keys. `tried` is the generation of keys that failed before; they are not
    /// tried again.
    fn verify(
        &self,
        token: &Unverified<'_>,
        server: &Arc<ResourceServer>,
        now: Duration,
        tried: &mut Option<u64>,
    ) -> Result<(AccessToken, u64), Unproven> {
        let current = self.keys.current();
        let seen = current.generation();
        let unproven = |need, reason| Unproven { need, seen, reason };
        let keys = current.trusted(now).ok_or(unproven(Need::AnyKey, InvalidToken::UnknownKey))?;
        // The issuer may have replaced the key under the same id.
        let unsigned = unproven(Need::OtherKey, InvalidToken::Signature);
        if *tried == Some(seen) {
            return Err(unsigned);
        }
        let candidates = keys
            .find(token.key_id(), token.algorithm(), |issuer| token.is_of(issuer))
            .map_err(|reason| unproven(Need::OtherKey, reason.into()))?;
        *tried = Some(seen);
        let token = token.verify(candidates.into_iter().flatten(), server).ok_or(unsigned)?;
        Ok((token, seen))
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules: Vec<_> = self.0.issuers.iter().map(|issuer| &issuer.rules).collect();
        f.debug_struct("Validator").field("issuers", &rules).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a broken test should stop where it broke")]

    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpListener};
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;

    use super::*;
    use crate::Issuer;

    /// The key of RFC 7515 appendix A.3.1.
    const KEY_SET: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"k","alg":"ES256",
        "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

    /// Serves [`KEY_SET`] on a loopback port, and reports each request.
    fn serve_keys() -> (SocketAddr, Receiver<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, fetches) = channel();
        thread::spawn(move || {
            while let Ok((mut stream, _)) = listener.accept() {
                let _ = stream.read(&mut [0; 4096]);
                let _ = sender.send(());
                let length = KEY_SET.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Length: \
                    {length}\r\n\r\n{KEY_SET}"
                );
            }
        });
        (address, fetches)
    }

    /// A fetch may end after a request looked at the keys and before it asks for newer ones.
    #[test]
    fn a_request_that_looked_before_the_last_fetch_looks_again_without_another() {
        let (address, fetches) = serve_keys();
        let issuer = Issuer::default().any_issuer(true).jwks_url(format!("http://{address}/jwks"));
        let validator =
            Validator::builder().audience("https://api.example.com").issuer(issuer).build().unwrap();
        let keys = &validator.0.issuers.first().unwrap().keys;
        for need in [Need::AnyKey, Need::OtherKey] {
            let Missing::Await(fetch) = keys.demand(need, 0, &mut Patience::default()) else {
                panic!("the keys are newer")
            };
            block_on(fetch);
        }
        assert_eq!(fetches.try_iter().count(), 1);
        let demand = keys.demand(Need::OtherKey, 1, &mut Patience::default());
        assert!(matches!(demand, Missing::Await(_)), "the budget is unspent");
        assert!(fetches.recv_timeout(Duration::from_secs(10)).is_ok());
    }
}
