//! Splits inputs into lines of text, so that people can read and write seeds.

use axioms_core::http::{HeaderMap, HeaderName, HeaderValue};

/// The first line, and everything after it.
pub fn first_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// One `name=value` per line. A line without `=` is a name without a value.
pub fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('\n').map(|line| line.split_once('=').unwrap_or((line, "")))
}

/// One header per line. The header is `name`, unless the line begins with another name of `others`
/// and a colon.
pub fn header_map(text: &[u8], name: &HeaderName, others: &[&HeaderName]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in text.split(|byte| *byte == b'\n') {
        let of_other = |other: &&HeaderName| {
            let value = line.strip_prefix(other.as_str().as_bytes())?.strip_prefix(b":")?;
            Some(((*other).clone(), value))
        };
        let (name, value) = others.iter().find_map(of_other).unwrap_or((name.clone(), line));
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
    headers
}
