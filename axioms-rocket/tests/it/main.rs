//! Axioms for Rocket, as its users see it.

#![allow(
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "tests stop where they broke, and Rocket hands guards over by value"
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
