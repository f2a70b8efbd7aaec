//! Configuration: from code or from the environment, resolved once, with every problem reported at once.

mod builder;
mod env;
mod problem;
mod provider;
mod resolve;

pub use builder::ValidatorBuilder;
pub use problem::{ConfigError, Problem};
pub use provider::Provider;
