//! `AXIOMS_*` variables, one `NAME=value` per line, up to the effective settings: these are within
//! their bounds, and a problem names its variable in one line.
#![no_main]

use std::collections::BTreeMap;
use std::time::Duration;

use axioms_core::{ValidatorBuilder, fuzzing};
use axioms_fuzz::pairs;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // A variable may name a file, which may be a device; the target `pem` covers file contents.
    // Nothing here belongs on stderr.
    let unwanted = ["AXIOMS_CA_FILE", "AXIOMS_WARN_ON_STDERR"];
    let given = pairs(text).filter(|(name, value)| !unwanted.contains(name) && !value.contains('\0'));
    let mut variables: BTreeMap<&str, &str> = given.collect();
    variables.insert("AXIOMS_WARN_ON_STDERR", "false");
    let settings = || fuzzing::settings(ValidatorBuilder::from_vars(variables.clone()));
    match (settings(), settings()) {
        (Ok((realm, issuers)), Ok(_)) => {
            assert!(
                !realm.is_empty()
                    && realm.bytes().all(|byte| matches!(byte, b' '..=b'~') && !b"\"\\".contains(&byte))
            );
            assert_eq!(issuers.len(), 1);
            let allow_http =
                variables.get("AXIOMS_DANGEROUS_ALLOW_HTTP").is_some_and(|value| !value.trim().is_empty());
            for issuer in issuers {
                sound(&issuer, allow_http);
            }
        }
        (Err(error), Err(again)) => {
            assert!(!error.problems().is_empty());
            assert_eq!(error.to_string(), again.to_string());
            for problem in error.problems() {
                let text = problem.to_string();
                assert!(text.len() < 4_000 && !text.contains(char::is_control), "{text:?}");
            }
        }
        _ => panic!("the same variables, and another outcome"),
    }
});

fn sound(issuer: &fuzzing::Settings, allow_http: bool) {
    assert!(!issuer.audiences.is_empty() && issuer.audiences.iter().all(|audience| !audience.is_empty()));
    assert!(!issuer.algorithms.is_empty() && !issuer.types.is_empty());
    assert!(issuer.leeway <= Duration::from_secs(300));
    let keys = issuer.keys.as_ref().expect("no variable holds keys");
    let week = Duration::from_secs(7 * 24 * 3600);
    assert!(keys.refresh_interval >= Duration::from_secs(1));
    assert!(keys.refresh_interval * 2 <= keys.ttl && keys.ttl <= week);
    let uri = fuzzing::check_url(&keys.url, allow_http).expect("keys may come from there");
    assert!(allow_http || uri.scheme_str() == Some("https") || fuzzing::nearness(uri.host().unwrap()) == 2);
}
