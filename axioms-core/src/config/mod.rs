//! Configuration: from code or from the environment, resolved once, with every problem reported at once.
//!
//! ```text
//! env -> value                     variables to settings
//! builder, issuer                  the settings as given
//! resolve -> check -> conflicts    to the settings that hold; problems and warnings
//! settings                         these settings, which a validator or a diagnosis starts from
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
