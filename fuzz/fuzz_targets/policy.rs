//! Any bytes as the JSON form of a policy. An accepted policy has no repeated member, is public
//! only if it says so, and is written again as an equal policy.
#![no_main]

use axioms_core::http::Method;
use axioms_core::{Demand, Policy};
use axioms_fuzz::strict;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let policy = match serde_json::from_slice::<Policy>(text) {
        Ok(policy) => policy,
        Err(error) => {
            let _ = error.to_string();
            return;
        }
    };
    assert_eq!(strict(text), Some(true));
    let written = serde_json::to_vec(&policy).unwrap();
    assert_eq!(serde_json::from_slice::<Policy>(&written).unwrap(), policy, "{policy}");
    assert!(!policy.to_string().contains(char::is_control));
    let says_public =
        serde_json::from_slice::<serde_json::Value>(text).unwrap().to_string().contains("\"public\"");
    for method in
        [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS, Method::from_bytes(b"get").unwrap()]
    {
        let is_public = matches!(policy.demand(&method), Some(Demand::Public));
        assert!(!is_public || says_public);
        assert_eq!(policy.check(&method, None).is_ok(), is_public, "{method} {policy}");
    }
});
