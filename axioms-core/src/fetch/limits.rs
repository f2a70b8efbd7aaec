//! How long a fetch may take, and how much of an answer is read.

use std::time::Duration;

/// The longest that one attempt to get the keys may take: discovery, connecting, headers and the last byte of the body.
pub(crate) const DEADLINE: Duration = Duration::from_secs(5);
/// The longest body that is read. Ten keys with certificate chains take some 40 KiB.
pub(super) const MAX_BODY_BYTES: u64 = 256 * 1024;
/// The longest `ETag` that is sent back. A longer one is of no use to a server that limits the head of a request.
pub(super) const MAX_ETAG_BYTES: usize = 1024;
