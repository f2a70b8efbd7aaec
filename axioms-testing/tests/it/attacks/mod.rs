//! Published attacks on JWT libraries and resource servers, each through the public API. The corpus
//! explains the identifiers.

mod answers;
mod authorization;
mod cache;
pub(crate) mod corpus;
mod discovery;
mod fetch;
mod http;
mod jwk;
mod jwks;
mod keys;
mod table;
mod tokens;
