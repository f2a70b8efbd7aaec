//! Tests that count the threads and the memory of their process, one at a time.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test should stop where it broke")]

#[path = "../common/mod.rs"]
mod common;
mod memory;
mod shutdown;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keeps the other tests of this process from running.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
