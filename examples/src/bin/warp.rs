//! The reference API on warp.

#![forbid(unsafe_code)]

fn main() {}
