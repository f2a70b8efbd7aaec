//! Tests the program `warp` like every example server: see `example_common::checks`.

example_common::check!("warp");
