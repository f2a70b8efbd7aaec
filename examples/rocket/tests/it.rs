//! The program `rocket` is tested as every example server is: see `example_common::checks`.

example_common::check!("rocket");
