//! An HTTP GET of a small JSON document, with its proxy, address, trust and deadline.
//!
//! ```text
//! client -> proxy      chooses a proxy, by the URL and the environment
//!        -> connect    connects to the first address that answers
//!        -> trust      the trusted certificates
//! url -> reach         the allowed URLs, and from where their hosts can be reached
//! ```

mod client;
mod connect;
mod error;
mod limits;
pub(crate) mod proxy;
pub(crate) mod reach;
mod trust;
pub(crate) mod url;

#[cfg(fuzzing)]
pub(crate) use client::max_age;
pub(crate) use client::{Answer, Client, Representation};
pub(crate) use error::{FetchError, FetchFault, Target};
pub(crate) use limits::DEADLINE;
pub(crate) use trust::{BadAuthorities, Trust, authorities};
