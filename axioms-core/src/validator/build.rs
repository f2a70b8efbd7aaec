//! Builds a validator from a configuration.

use std::sync::Arc;

use super::{Inner, TrustedIssuer, Validator};
use crate::config::{BuildError, KeysError, Settings, ValidatorBuilder, resolve};
use crate::jwks::JwksError;
use crate::jwks::{Jwks, block_on};
use crate::refusal::ProtectionSpace;
use crate::resource_server::ResourceServer;
use crate::stats::Counters;
use crate::token::cache::TokenCache;
use crate::{metrics, notice};

impl Validator {
    /// Returns a builder for a validator.
    pub fn builder() -> ValidatorBuilder {
        ValidatorBuilder::default()
    }

    /// Builds a validator from the environment variables `AXIOMS_*`. It blocks as
    /// [`ValidatorBuilder::build`] does; in async code use [`Validator::from_env_async`].
    ///
    /// # Errors
    /// As [`ValidatorBuilder::build`].
    pub fn from_env() -> Result<Self, BuildError> {
        ValidatorBuilder::from_env().build()
    }

    /// Builds a validator from the environment as [`Validator::from_env`] does, on any runtime: see
    /// [`ValidatorBuilder::build_async`].
    ///
    /// # Errors
    /// As [`ValidatorBuilder::build`].
    pub async fn from_env_async() -> Result<Self, BuildError> {
        ValidatorBuilder::from_env().build_async().await
    }

    fn start(settings: Settings) -> std::io::Result<Self> {
        let Settings { issuers, realm, safe_methods, token_cache, drain, clock, .. } = settings;
        metrics::describe();
        let several_issuers = !matches!(&*issuers, [(rules, _)] if rules.issuer.only().is_some());
        let space = Arc::new(ProtectionSpace::new(&realm));
        let server = Arc::new(ResourceServer { space, several_issuers, counters: Counters::default() });
        let issuers = issuers
            .into_iter()
            .map(|(rules, source)| Ok(TrustedIssuer { rules, keys: Jwks::start(source)? }))
            .collect::<std::io::Result<_>>()?;
        let tokens = TokenCache::new(token_cache);
        Ok(Self(Arc::new(Inner { issuers, server, safe_methods, drain, tokens, clock })))
    }

    /// Waits for the first fetch of every issuer's keys, which run in parallel. Returns the issuers
    /// whose fetch failed.
    async fn first_fetches(&self) -> Vec<(String, JwksError)> {
        let mut failed = Vec::new();
        for TrustedIssuer { keys, .. } in &self.0.issuers {
            failed.extend(keys.first_fetch().await.err().map(|error| (keys.issuer().to_owned(), error)));
        }
        failed
    }
}

impl ValidatorBuilder {
    /// Builds the validator. It starts a thread for each issuer whose keys are fetched; the threads
    /// end when the last clone is dropped.
    ///
    /// With prefetch (the default) this blocks for up to 5 s; in async code use
    /// [`ValidatorBuilder::build_async`].
    ///
    /// # Errors
    /// - [`BuildError::Config`], with every problem of the configuration.
    /// - [`BuildError::Keys`], if [`ValidatorBuilder::fail_fast`] is set and the first fetch fails.
    /// - [`BuildError::Thread`], if a thread cannot be started.
    pub fn build(self) -> Result<Validator, BuildError> {
        block_on(self.build_async())
    }

    /// Builds the validator as [`ValidatorBuilder::build`] does, on any runtime: it waits for the
    /// first fetch without blocking a thread.
    ///
    /// # Errors
    /// As [`ValidatorBuilder::build`].
    ///
    /// # Examples
    /// ```no_run
    /// # async fn start() -> Result<(), axioms_core::BuildError> {
    /// use axioms_core::Validator;
    ///
    /// let builder = Validator::builder().issuer("https://issuer.example.com").audience("orders");
    /// let validator = builder.build_async().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn build_async(self) -> Result<Validator, BuildError> {
        let settings = resolve(self)?;
        let (prefetch, fail_fast) = (settings.prefetch, settings.fail_fast);
        let validator = Validator::start(settings).map_err(BuildError::Thread)?;
        if prefetch {
            let failed = validator.first_fetches().await;
            if fail_fast && !failed.is_empty() {
                return Err(BuildError::Keys(KeysError::new(failed)));
            }
            // The fetch thread has already logged it.
            for (issuer, error) in failed {
                notice::warning(format_args!(
                    "the keys of {issuer} could not be fetched, and requests with its tokens are \
                        answered 503 until they are: {error}"
                ));
            }
        }
        Ok(validator)
    }
}
