//! Any text as a key URL or an issuer. If it is accepted, its host and port are those that a
//! browser finds, it is https unless the host is this machine, and it is shown without its
//! password.
#![no_main]

use axioms_core::fuzzing;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|text: &str| {
    let strict = fuzzing::check_url(text, false);
    let lenient = fuzzing::check_url(text, true);
    // A browser refuses a malformed international name; to a resolver it is a name like any other.
    if let Some(uri) = lenient.as_ref().ok().filter(|_| !text.to_ascii_lowercase().contains("xn--")) {
        let url = Url::parse(text).expect("a browser reads it");
        assert!(url.username().is_empty() && url.password().is_none());
        assert_eq!(uri.scheme_str(), Some(url.scheme()).filter(|scheme| ["https", "http"].contains(scheme)));
        let host = uri.host().unwrap().to_ascii_lowercase();
        let seen = url.host_str().unwrap();
        let same_address = || {
            let bare = |host: &str| host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().ok();
            bare(&host).is_some() && bare(&host) == bare(seen)
        };
        assert!(host == seen || same_address(), "{host} is {seen} to a browser");
        assert_eq!(
            uri.port_u16().or(match uri.scheme_str() {
                Some("https") => Some(443),
                _ => Some(80),
            }),
            url.port_or_known_default()
        );
        assert_eq!(
            strict.is_ok(),
            uri.scheme_str() == Some("https") || fuzzing::nearness(&host) == 2 && strict.is_ok()
        );
    }
    assert!(lenient.is_ok() || strict.is_err());
    if let Ok(issuer) = fuzzing::check_issuer(text, true) {
        assert_eq!(lenient.as_ref().ok(), Some(&issuer));
        assert!(!text.contains(['?', '#']));
    }
    let shown = fuzzing::without_credentials(text);
    assert_eq!(fuzzing::without_credentials(&shown), shown, "of {text:?}");
    if let Ok(url) = Url::parse(text) {
        let secret = url.password().unwrap_or_default();
        assert!(secret.len() < 8 || !shown.contains(secret), "{shown}");
    }
});
