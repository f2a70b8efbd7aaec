//! Any text as a strict JSON object. It is accepted if `serde_json` accepts it and no member is
//! repeated at any depth, and each member has the value that `serde_json` reads.
#![no_main]

use std::time::{Duration, SystemTime};

use axioms_core::fuzzing;
use axioms_fuzz::{members, strict};
use libfuzzer_sys::fuzz_target;
use serde_json::Number;

fuzz_target!(|text: &str| {
    let is_object = text.trim_start().starts_with('{');
    let Some(object) = fuzzing::object(text) else {
        assert!(!is_object || strict(text.as_bytes()) != Some(true), "refused, though it is strict");
        assert!(fuzzing::object_of_token(text).is_err());
        let _ = fuzzing::glimpse(text, "kid");
        return;
    };
    assert!(is_object && strict(text.as_bytes()) != Some(false), "accepted, though it is not strict");
    let split = members(text).expect("serde_json splits it");
    let split: Vec<_> = split.iter().map(|(name, value)| (name.clone(), value.get())).collect();
    assert_eq!(object, split);
    match fuzzing::object_of_token(text) {
        Ok(cheap) => assert_eq!(object, cheap),
        Err(takes_too_much) => assert!(takes_too_much && text.len() > 127),
    }
    for (name, value) in object {
        assert_eq!(fuzzing::member(text, &name), Some(value));
        values(value);
        date(text, &name, value);
        if let Some(glimpse) = fuzzing::glimpse(text, &name) {
            assert_eq!(serde_json::from_str::<String>(value).ok(), Some(glimpse));
        }
    }
});

fn values(value: &str) {
    let string = serde_json::from_str::<String>(value).ok();
    assert_eq!(fuzzing::string(value).as_deref(), string.as_deref());
    let strings = serde_json::from_str::<Vec<String>>(value).ok();
    let found = fuzzing::strings(value).map(|found| found.into_iter().map(String::from).collect());
    assert_eq!(found, strings);
    if let Some(identifiers) = fuzzing::identifiers(value) {
        assert_eq!(
            Some(identifiers.into_iter().map(String::from).collect()),
            strings.or(string.map(|one| vec![one]))
        );
    }
}

/// A date is a finite number that a clock can represent, and nothing else.
fn date(text: &str, name: &str, value: &str) {
    let number = serde_json::from_str::<Number>(value).ok().and(value.parse::<f64>().ok());
    match (fuzzing::date(text, name), number) {
        (Ok(Some(date)), Some(number)) => {
            assert!(number.is_finite() && number.abs() < 1e12);
            let distance = Duration::from_secs_f64(number.abs());
            let expected = if number < 0.0 {
                SystemTime::UNIX_EPOCH - distance
            } else {
                SystemTime::UNIX_EPOCH + distance
            };
            assert_eq!(date, expected);
        }
        (Ok(found), _) => panic!("{value} is {found:?}"),
        (Err(()), Some(number)) => assert!(number.abs() >= 1e12 || value.len() > 64, "{value} is no date"),
        (Err(()), None) => {}
    }
}
