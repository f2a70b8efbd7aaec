//! Configuration: from code or from the environment, resolved once, with every problem reported at once.
//!
//! ```text
//! env -> value    variables to settings
//! builder, issuer the settings as given
//! resolve -> check -> conflicts, authorities    settings to rules; problems and warnings
//! settings        the settings that hold, which a validator or a diagnosis starts from
//! ```

mod authorities;
mod builder;
mod check;
mod conflicts;
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
