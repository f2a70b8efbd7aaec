//! A claim's name, a wanted grant and a payload, each on a line. The name finds what RFC 6901 and
//! `serde_json` find, and a token grants exactly the values that it lists.
#![no_main]

use axioms_core::fuzzing;
use axioms_fuzz::first_line;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let (name, rest) = first_line(text);
    let (wanted, payload) = first_line(rest);
    let value = match fuzzing::claim(payload, name) {
        Ok(value) => value,
        Err(_) => return,
    };
    // `serde_json` does not read a number that is out of range.
    if let Ok(payload) = serde_json::from_str::<Value>(payload) {
        let expected = if name.starts_with('/') { payload.pointer(name) } else { payload.get(name) };
        assert_eq!(value.and_then(|value| serde_json::from_str(value).ok()).as_ref(), expected);
    }
    let Some(value) = value else { return };
    let list = || serde_json::from_str::<Vec<String>>(value).unwrap_or_default();
    let (scopes, names) = match serde_json::from_str::<String>(value) {
        Ok(text) => {
            let scopes = text.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
            let names = if text.is_empty() { Vec::new() } else { vec![text] };
            (scopes, names)
        }
        Err(_) => (list(), list()),
    };
    same(fuzzing::scopes(value, wanted), scopes, wanted);
    same(fuzzing::names(value, wanted), names, wanted);
});

/// A policy never has an empty value, nor a scope with a space.
fn same((granted, holds): (Vec<String>, bool), expected: Vec<String>, wanted: &str) {
    assert_eq!(granted, expected);
    if !wanted.is_empty() && !wanted.contains(' ') {
        assert_eq!(holds, expected.iter().any(|value| value == wanted), "{wanted}");
    }
}
