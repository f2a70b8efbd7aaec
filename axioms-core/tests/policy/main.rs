//! Policies as data: built by a program, as constants or from JSON, and read. No token is needed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a broken test should stop where it broke")]

mod builder;
mod constant;
mod json;
mod properties;

use axioms_core::{Policy, PolicyBuilder, PolicyErrors};

type Written = fn(PolicyBuilder) -> PolicyBuilder;

fn built(written: Written) -> Result<Policy, PolicyErrors> {
    written(Policy::builder()).build()
}
