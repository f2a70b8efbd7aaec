//! The features of axum beyond the contract, which the example server's tests cover: layers, state,
//! extractors, and waiting for keys.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a broken test should stop where it broke")]

mod claims;
mod current_user;
mod extensions;
mod handlers;
mod layers;
pub mod lints;
mod methods;
mod owner;
mod policies;
mod renamed;
mod runtime;
mod state;
mod support;
mod tokens;
mod uploads;
mod wrong_order;
