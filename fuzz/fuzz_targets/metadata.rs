//! A configured issuer, and any bytes as its metadata. Accepted metadata names that issuer and a
//! URL that keys may come from, which is not closer to this machine than the issuer; and metadata
//! is fetched only from the issuer's own origin.
#![no_main]

use axioms_core::fuzzing;
use axioms_fuzz::strict;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (issuer, rest) = data.split_at(end);
    let body = rest.strip_prefix(b"\n").unwrap_or(rest);
    let Ok(issuer) = std::str::from_utf8(issuer) else { return };
    if issuer.len() < 500 {
        judge(issuer, body);
    }
    // A document of another issuer is refused early, so the document's own issuer is tried as well.
    let named = serde_json::from_slice::<Value>(body).ok();
    let named = named.as_ref().and_then(|metadata| metadata.get("issuer")).and_then(Value::as_str);
    if let Some(named) = named.filter(|named| named.len() < 500) {
        judge(named, body);
    }
});

fn judge(issuer: &str, body: &[u8]) {
    if let Ok(uri) = fuzzing::check_issuer(issuer, false) {
        let authority = uri.authority().unwrap();
        for location in fuzzing::metadata_locations(issuer) {
            let location = fuzzing::check_url(&location, false).expect("of an issuer that is one");
            assert_eq!((location.scheme(), location.authority()), (uri.scheme(), Some(authority)));
            assert!(location.path().contains("/.well-known/") && location.query().is_none());
        }
    }
    for allow_http in [false, true] {
        match fuzzing::jwks_uri(body, issuer, allow_http) {
            Ok(Some(url)) => accepted(body, issuer, &url, allow_http),
            Ok(None) => {}
            Err(error) => assert!(error.len() < 8_000, "an error of {} bytes", error.len()),
        }
    }
}

fn accepted(body: &[u8], issuer: &str, url: &str, allow_http: bool) {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    assert_ne!(strict(body), Some(false));
    if let Ok(metadata) = serde_json::from_slice::<Value>(body) {
        assert_eq!((metadata["issuer"].as_str(), metadata["jwks_uri"].as_str()), (Some(issuer), Some(url)));
    }
    let uri = fuzzing::check_url(url, allow_http).expect("keys may come from there");
    if !allow_http {
        let near = fuzzing::nearness(uri.host().unwrap());
        let own = fuzzing::check_url(issuer, true).ok().and_then(|uri| uri.host().map(fuzzing::nearness));
        assert!(near <= own.unwrap_or_default(), "{issuer} names {url}");
        assert!(uri.scheme_str() == Some("https") || near == 2);
    }
}
