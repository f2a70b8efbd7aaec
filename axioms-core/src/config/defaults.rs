//! Default values and limits of settings.

use std::time::Duration;

pub(super) const LEEWAY: Duration = Duration::from_secs(60);
pub(super) const MAX_LEEWAY: Duration = Duration::from_secs(300);

/// The accepted values of `typ`.
pub(super) const TOKEN_TYPES: [&str; 2] = ["at+jwt", "JWT"];
/// The `typ` of the RFC 9068 profile.
pub(super) const PROFILE_TYPE: &str = "at+jwt";

pub(super) const REFRESH_INTERVAL: Duration = Duration::from_secs(3600);
pub(super) const MIN_REFRESH_INTERVAL: Duration = Duration::from_secs(1);
/// A shorter interval causes a warning: it loads the issuer more than most key rotations justify.
pub(super) const USUAL_REFRESH_INTERVAL: Duration = Duration::from_secs(60);
/// How many refresh intervals keys are trusted: the minimum, and the default.
pub(super) const CACHE_TTL_INTERVALS: u32 = 2;
/// An upper limit, because a key that the issuer has withdrawn may be trusted for this long.
pub(super) const MAX_CACHE_TTL: Duration = Duration::from_secs(7 * 24 * 3600);

/// In bytes.
pub(super) const TOKEN_CACHE: usize = 8 * 1024 * 1024;
/// A smaller cache has no room for the longest tokens that are cached.
pub(super) const MIN_TOKEN_CACHE: usize = 64 * 1024;
/// In bytes.
pub(super) const DRAIN: usize = 16 * 1024 * 1024;
