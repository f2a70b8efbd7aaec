//! Configuration from code and from the environment. It is resolved once, and all problems are
//! reported together.
//!
//! ```text
//! env -> value                     variables to settings
//! builder, issuer                  the settings as given
//! resolve -> check -> conflicts    to the effective settings; problems and warnings
//! settings                         the effective settings, the input of a validator or a diagnosis
//! ```

mod builder;
mod check;
mod conflicts;
mod defaults;
mod dialect;
mod env;
mod error;
mod issuer;
mod problem;
mod provider;
mod redacted;
mod resolve;
mod setting;
mod settings;
mod value;
mod warning;

pub use builder::ValidatorBuilder;
pub use error::{BuildError, ConfigError, KeysError};
pub use issuer::Issuer;
pub use problem::Problem;
pub use provider::Provider;
pub(crate) use resolve::resolve;
pub use setting::Setting;
pub(crate) use settings::Settings;
