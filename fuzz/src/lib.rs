//! What several targets ask of the same input, answered by other means than the parsers' own.

mod lines;
mod log;
mod strict;

pub use lines::{first_line, header_map, pairs};
pub use log::watch_log;
pub use strict::{Strict, members, strict};
