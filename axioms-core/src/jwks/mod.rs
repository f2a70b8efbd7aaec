//! The issuer's keys: fetched on separate threads, read without a lock.
//!
//! ```text
//! request -> Jwks::current (lock-free) -> has the key: verify
//!                                      -> lacks the key: Jwks::demand -> Schedule -> Wait -> retry
//! keeper  -> Schedule::due -> starts fetch threads; abandons one that hangs; ends overdue waits
//! fetch   -> Fetcher::fetch (KeySource::locate -> Client::get -> Document::parse)
//!         -> publish, log, wake the waiters
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
