//! One HTTP GET of a small JSON document: where from, through which proxy, over which address, and by when.
//!
//! ```text
//! client -> proxy      which proxy, by the URL and the variables
//!        -> connect    the first address that answers
//!        -> trust      which certificates
//! url -> reach         which URLs, and how near their hosts are
//! ```

mod client;
mod connect;
mod error;
mod limits;
pub(crate) mod proxy;
pub(crate) mod reach;
mod trust;
pub(crate) mod url;

pub(crate) use client::{Answer, Client, Representation};
pub(crate) use error::{Asked, FetchError, FetchFault};
pub(crate) use limits::DEADLINE;
pub(crate) use trust::{BadAuthorities, Trust, authorities};
