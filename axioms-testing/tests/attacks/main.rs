//! Published attacks on JWT libraries and resource servers, each against the public API. The corpus says what the
//! identifiers mean.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a broken test should stop where it broke"
)]

mod answers;
mod authorization;
mod cache;
#[path = "../common/mod.rs"]
mod common;
mod corpus;
mod discovery;
mod fetch;
mod http;
mod jwks;
mod keys;
mod table;
mod tokens;
