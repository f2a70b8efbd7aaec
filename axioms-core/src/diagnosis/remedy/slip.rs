//! Typical small mistakes in identifiers.

/// How two identifiers differ, if they were probably meant to be equal.
pub(super) fn slip(expected: &str, found: &str) -> Option<&'static str> {
    let bare = |text: &str| text.trim_end_matches('/').to_owned();
    let host = |text: &str| text.split_once("://").map(|(_, rest)| rest.to_owned());
    if expected == found {
        None
    } else if bare(expected) == bare(found) {
        Some("the final slash")
    } else if expected.trim() == found.trim() {
        Some("white space")
    } else if expected.eq_ignore_ascii_case(found) {
        Some("upper and lower case")
    } else if host(expected).is_some_and(|expected| host(found).as_ref() == Some(&expected)) {
        Some("http and https")
    } else {
        None
    }
}
