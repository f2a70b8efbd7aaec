//! Media types in `typ` and `cty`: case-insensitive, with or without `application/` (RFC 7515
//! section 4.1.9).

/// Removes `application/`.
pub(crate) fn bare(value: &str) -> &str {
    match value.split_at_checked("application/".len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
        _ => value,
    }
}

/// Whether `value` is the media type `wanted`, which is written without `application/`.
pub(crate) fn is(value: &str, wanted: &str) -> bool {
    bare(value).eq_ignore_ascii_case(wanted)
}
