//! JOSE: the compact form of a token, and the keys of a JWK Set (RFC 7515, RFC 7517, RFC 7518).
//!
//! ```text
//! compact               a token's text to three segments
//! document -> jwk       a JWK Set to its keys, each read by itself
//!          -> numbers   a key's numbers, decoded and checked
//!          -> key_set   which keys may verify a token
//! skip_reason           why a key is not used
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
