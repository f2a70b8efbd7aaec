//! Tokens whose signature was verified before, so that the next request with one need not pay for it again.

use std::fmt;
use std::hash::{Hash, Hasher, RandomState};

use constant_time_eq::constant_time_eq;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{Equivalent, Weighter};

use super::AccessToken;

/// Longer tokens are not kept: few issuers write them, and each would push out many short ones.
const LONGEST: usize = 4 * 1024;
/// How much of a token's end is hashed, in bytes: 192 bits of the signature.
const HASHED: usize = 32;
/// What an entry is expected to take, in bytes, for the size of the table.
const TYPICAL: usize = 2 * 1024;
/// What an entry takes besides its texts, in bytes: slots of the table, the headers of its allocations.
const OVERHEAD: usize = 256;

/// Verified tokens, bounded by the memory that they take.
///
/// It belongs to one validator, so its entries are bound to that validator's rules. An entry says which issuer's keys
/// verified it, and in which generation; the validator sees to it that these keys are still current and that the
/// token's time has not passed. Refused tokens are never here: an attacker has plenty of those.
pub(crate) struct TokenCache(Option<Cache<Text, Verified, Weight, RandomState>>);

/// A token that was accepted, and the keys that it was accepted by.
#[derive(Debug, Clone)]
pub(crate) struct Verified {
    pub(crate) token: AccessToken,
    /// The issuer's place among those that the validator trusts.
    pub(crate) issuer: usize,
    /// The generation of the issuer's keys.
    pub(crate) generation: u64,
}

impl TokenCache {
    /// With at most this many bytes; 0 keeps nothing.
    pub(crate) fn new(bytes: usize) -> Self {
        let weight = u64::try_from(bytes).unwrap_or(u64::MAX);
        // The hasher of each cache is keyed at random, so that no client can prepare tokens that collide.
        let cache =
            || Cache::with(bytes / TYPICAL, weight, Weight, RandomState::new(), DefaultLifecycle::default());
        Self((bytes > 0).then(cache))
    }

    /// The token with exactly this text.
    pub(crate) fn find(&self, text: &[u8]) -> Option<Verified> {
        self.0.as_ref()?.get(&Sent(text))
    }

    pub(crate) fn insert(&self, text: &str, verified: Verified) {
        if let Some(cache) = self.0.as_ref().filter(|_| text.len() <= LONGEST) {
            cache.insert(Text(text.into()), verified);
        }
    }

    pub(crate) fn remove(&self, text: &[u8]) {
        if let Some(cache) = &self.0 {
            cache.remove(&Sent(text));
        }
    }

    /// About how much memory the tokens take.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.as_ref().map_or(0, Cache::weight)
    }
}

/// Shows how full it is, and no token.
impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

/// The text of a token that is kept.
#[derive(PartialEq, Eq)]
struct Text(Box<str>);

/// The text of a token that was sent.
struct Sent<'a>(&'a [u8]);

impl Equivalent<Text> for Sent<'_> {
    /// In constant time, all of it: how long a lookup takes says nothing of how much of a token was guessed.
    fn equivalent(&self, kept: &Text) -> bool {
        constant_time_eq(self.0, kept.0.as_bytes())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Sent(self.0.as_bytes()).hash(state);
    }
}

impl Hash for Sent<'_> {
    /// The end alone is hashed. Of a token that is kept it is the end of a valid signature, which only the issuer
    /// makes, so kept tokens do not collide; one that was sent with a borrowed end fails the comparison.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(self.0.last_chunk::<HASHED>().map_or(self.0, <[u8; HASHED]>::as_slice));
    }
}

#[derive(Clone)]
struct Weight;

impl Weighter<Text, Verified> for Weight {
    fn weight(&self, text: &Text, verified: &Verified) -> u64 {
        u64::try_from(OVERHEAD + text.0.len() + verified.token.bytes()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::{TokenCache, Verified};
    use crate::Validator;

    const JWKS: &str = r#"{"keys":[{"alg":"ES256","crv":"P-256","kid":"es256-1","kty":"EC","use":"sig","x":"FWHPQX7k7mq5yDA4iIwMMqAETboqTB1BRXR6CJGFez0","y":"BvLourEUfVO1uzj3Ik_2ssbzf_QrdyPa71o2HwvsOVs"}]}"#;
    /// It expires at the end of the year 9999.
    const TOKEN: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVzMjU2LTEiLCJ0eXAiOiJhdCtqd3QifQ.\
        eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLmNvbSIsImF1ZCI6Imh0dHBzOi8vYXBpLmV4YW1wbGUuY29tIiwiZXhwIjoyNTM0MDIzMDA3OTksInN1YiI6ImFsaWNlIiwic2NvcGUiOiJyZWFkOm1lc3NhZ2VzIn0.\
        QeBBGqNypO4WVAeVwJV3cfWlArCztKZ7ZscT4I3I-e9uzgHAOckCk7I20UU05IB8sIb9OlGXHKuJjzv5Nw5K6w";

    /// L4. The cache looks at no text that it keeps, so that a number after a token makes another one.
    #[test]
    fn a_million_tokens_stay_within_the_bytes() {
        const BYTES: usize = 8 * 1024 * 1024;
        let builder = Validator::builder().audience("https://api.example.com").jwks(JWKS);
        let validator = builder.issuer("https://issuer.example.com").build().unwrap();
        let token = validator.validate(TOKEN).unwrap();
        let (cache, bytes) = (TokenCache::new(BYTES), u64::try_from(BYTES).unwrap());
        for n in 0..1_000_000 {
            let verified = Verified { token: token.clone(), issuer: 0, generation: 1 };
            cache.insert(&format!("{TOKEN}{n}"), verified);
            assert!(cache.bytes() <= bytes, "{} bytes after {n} tokens", cache.bytes());
        }
        assert!(cache.bytes() > bytes / 2, "it is used");
    }
}
