//! Policies as data: written by a program, as constants or as JSON, and read again. No token is needed for that.

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
