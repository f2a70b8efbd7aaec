//! Axioms for warp, as its users see it.

#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs, reason = "a test may stop where it broke")]

mod guards;
mod methods;
mod rejections;
mod support;
mod uploads;
mod waiting;
