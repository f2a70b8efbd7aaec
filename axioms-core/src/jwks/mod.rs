//! The issuer's keys: fetched on threads of their own, read without a lock.
//!
//! ```text
//! request -> Jwks::current (lock-free) -> key there: verify
//!                                      -> key missing: Jwks::demand -> Schedule decides -> Wait -> try again
//! keeper  -> Schedule::due -> starts the thread of a fetch; gives it up if it hangs; ends waits that last too long
//! fetch   -> Fetcher::fetch (KeySource::locate -> Client::get -> Document::parse) -> publish, log, wake all who wait
//! ```

mod block_on;
pub(crate) mod discovery;
pub(crate) mod error;
pub(crate) mod fetcher;
mod foreign;
mod keeper;
mod keys;
mod patience;
mod refresh;
mod schedule;
mod settings;
mod shared;
mod snapshot;
mod state;
mod wait;

pub(crate) use self::block_on::block_on;
pub(crate) use self::error::JwksError;
pub(crate) use self::keys::{Jwks, Missing};
pub(crate) use self::patience::Patience;
pub(crate) use self::settings::{JwksSource, RemoteKeys, StaticKeys};
pub(crate) use self::state::Need;
