//! Tests the program `rocket` like every example server: see `example_common::checks`.

example_common::check!("rocket");
