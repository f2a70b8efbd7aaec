//! JOSE: the compact form of a token, and the keys of a JWK Set (RFC 7515, RFC 7517, RFC 7518).
//!
//! ```text
//! compact               splits a token's text into three segments
//! document -> jwk       parses a JWK Set, key by key
//!          -> numbers   decodes and checks a key's numbers
//!          -> key_set   selects the keys that may verify a token
//! skip_reason           why a key is skipped
//! media_type            the values of typ and cty
//! ```

pub(crate) mod compact;
pub(crate) mod document;
mod jwk;
pub(crate) mod key_issuer;
pub(crate) mod key_set;
pub(crate) mod media_type;
mod numbers;
pub(crate) mod skip_reason;
