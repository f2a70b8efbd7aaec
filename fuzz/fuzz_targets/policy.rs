//! Any bytes as the text of a policy: never a panic, and what is read is written again as an equal policy.
#![no_main]

use axioms_core::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    if let Ok(policy) = serde_json::from_slice::<Policy>(text) {
        let written = serde_json::to_vec(&policy).unwrap();
        assert_eq!(serde_json::from_slice::<Policy>(&written).unwrap(), policy, "{policy}");
    }
});
