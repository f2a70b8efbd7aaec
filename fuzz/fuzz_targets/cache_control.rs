//! Any `Cache-Control` lines: the lifetime equals that of a second reader of RFC 9111. A property
//! test of the schedule covers that the interval stays within the configured bounds.
#![no_main]

use std::time::Duration;

use axioms_core::fuzzing;
use axioms_core::http::HeaderMap;
use axioms_core::http::header::CACHE_CONTROL;
use axioms_fuzz::header_map;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let headers = header_map(text, &CACHE_CONTROL, &[]);
    assert_eq!(fuzzing::max_age(&headers), max_age(&headers));
});

/// Directives are tokens, with or without an argument (RFC 9111 section 5.2).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let (mut forbidden, mut seconds) = (false, None);
    let lines = headers.get_all(CACHE_CONTROL).iter().filter_map(|line| line.to_str().ok());
    for directive in lines.flat_map(|line| line.split(',')) {
        let directive = directive.trim();
        let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
        let has_argument = directive.len() > name.len();
        match name.to_ascii_lowercase().as_str() {
            "no-cache" | "no-store" if !has_argument => forbidden = true,
            "max-age" => {
                let quoted = argument.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                let digits = quoted.unwrap_or(argument);
                if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    seconds = seconds.or(digits.parse::<u64>().ok());
                }
            }
            _ => {}
        }
    }
    if forbidden { Some(Duration::ZERO) } else { seconds.map(Duration::from_secs) }
}
