//! The reference API with no framework at all.
#![forbid(unsafe_code)]
fn main() {}
