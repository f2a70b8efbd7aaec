//! Limits on the duration of a fetch and on the length of an answer.

use std::time::Duration;

/// The time limit of one attempt to fetch the keys, from discovery to the last byte of the body.
pub(crate) const DEADLINE: Duration = Duration::from_secs(5);
/// The longest accepted body. Ten keys with certificate chains take about 40 KiB.
pub(super) const MAX_BODY_BYTES: u64 = 256 * 1024;
/// The longest `ETag` that is sent back. A longer one could exceed a server's limit on request
/// headers.
pub(super) const MAX_ETAG_BYTES: usize = 1024;
