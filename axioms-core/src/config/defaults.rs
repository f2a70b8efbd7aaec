//! What settings are where none is given, and how far they may go.

use std::time::Duration;

pub(super) const LEEWAY: Duration = Duration::from_secs(60);
pub(super) const MAX_LEEWAY: Duration = Duration::from_secs(300);

/// Accepted `typ` of tokens.
pub(super) const TOKEN_TYPES: [&str; 2] = ["at+jwt", "JWT"];
/// The one that the RFC 9068 profile demands.
pub(super) const PROFILE_TYPE: &str = "at+jwt";

pub(super) const REFRESH_INTERVAL: Duration = Duration::from_secs(3600);
pub(super) const MIN_REFRESH_INTERVAL: Duration = Duration::from_secs(1);
/// A shorter interval asks more of the issuer than most rotations are worth.
pub(super) const USUAL_REFRESH_INTERVAL: Duration = Duration::from_secs(60);
/// How many refresh intervals keys are trusted, at least and by default.
pub(super) const CACHE_TTL_INTERVALS: u32 = 2;
/// A key that the issuer has withdrawn must not verify for longer.
pub(super) const MAX_CACHE_TTL: Duration = Duration::from_secs(7 * 24 * 3600);

/// In bytes.
pub(super) const TOKEN_CACHE: usize = 8 * 1024 * 1024;
/// With less, the longest tokens that are kept would find no place.
pub(super) const MIN_TOKEN_CACHE: usize = 64 * 1024;
/// In bytes.
pub(super) const DRAIN: usize = 16 * 1024 * 1024;
