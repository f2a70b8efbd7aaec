//! Axioms for Rocket, as its users see it.

#![allow(
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "a broken test should stop, and Rocket passes guards by value"
)]

mod answers;
mod api;
mod body;
mod claims;
mod guards;
mod launch;
mod methods;
mod server;
mod several;
mod uploads;
