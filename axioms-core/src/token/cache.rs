//! The cache of verified tokens, which saves verifying a signature again.

use std::fmt;
use std::hash::{Hash, Hasher, RandomState};

use constant_time_eq::constant_time_eq;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{Equivalent, Weighter};

use super::AccessToken;

/// Longer tokens are not cached: few issuers write them, and each would evict many short ones.
const LONGEST: usize = 4 * 1024;
/// How many bytes at the end of a token are hashed: 192 bits of the signature.
const HASHED: usize = 32;
/// The expected size of an entry in bytes, for the size of the table.
const TYPICAL: usize = 2 * 1024;
/// The overhead of an entry in bytes: table slots and allocation headers.
const OVERHEAD: usize = 256;

/// Verified tokens, limited by their memory use.
///
/// It belongs to one validator, so its entries depend on that validator's rules. An entry names the
/// issuer and the generation of the keys that verified it. The validator checks that these keys are
/// still current and that the token has not expired. Refused tokens are never cached, because an
/// attacker can create any number of them.
pub(crate) struct TokenCache(Option<Cache<Text, Verified, Weight, RandomState>>);

/// An accepted token, and the keys that verified it.
#[derive(Debug, Clone)]
pub(crate) struct Verified {
    pub(crate) token: AccessToken,
    /// The index of the issuer in the validator's list.
    pub(crate) issuer: usize,
    /// The generation of the issuer's keys.
    pub(crate) generation: u64,
}

impl TokenCache {
    /// Creates a cache of at most this many bytes; 0 disables it.
    pub(crate) fn new(bytes: usize) -> Self {
        let weight = u64::try_from(bytes).unwrap_or(u64::MAX);
        // Each cache has a randomly keyed hasher, so that clients cannot prepare colliding tokens.
        let cache =
            || Cache::with(bytes / TYPICAL, weight, Weight, RandomState::new(), DefaultLifecycle::default());
        Self((bytes > 0).then(cache))
    }

    /// Finds the token with exactly this text.
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

    /// The approximate memory use, in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.as_ref().map_or(0, Cache::weight)
    }
}

/// Shows only the memory use, never a token.
impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

/// The text of a cached token.
#[derive(PartialEq, Eq)]
struct Text(Box<str>);

/// The text of a sent token.
struct Sent<'a>(&'a [u8]);

impl Equivalent<Text> for Sent<'_> {
    /// Compares the whole text in constant time, so that the time of a lookup does not reveal how
    /// much of a token was guessed.
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
    /// Hashes only the end. In a cached token, it is the end of a valid signature, which only the
    /// issuer can create, so cached tokens do not collide. A sent token with a copied end fails the
    /// comparison.
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

    /// L4. The cache never parses a text, so appending a number to a token makes a new entry.
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
