//! The integration tests of axioms-core, through its public API and this kit's, in one program.
//! Tests that need a process of their own are in `process`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken test should stop where it broke"
)]
#![allow(clippy::too_many_lines, reason = "a table has as many rows as there are cases")]

mod allocations;
mod attacks;
#[cfg(all(feature = "aws-lc-rs", any(feature = "graviola", feature = "jwt-simple")))]
mod backends;
mod callbacks;
mod check_order;
#[path = "../common/mod.rs"]
mod common;
mod config;
mod diagnosis;
mod issuers;
mod observability;
mod plain_function;
mod properties;
mod providers;
#[cfg(all(feature = "tls", any(feature = "aws-lc-rs", feature = "graviola")))]
mod tls;
mod tokens;
mod waiting;
