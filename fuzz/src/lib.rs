//! Checks that several targets share. They do not use the parsers under test.

mod lines;
mod log;
mod strict;

pub use lines::{first_line, header_map, pairs};
pub use log::watch_log;
pub use strict::{Strict, members, strict};
