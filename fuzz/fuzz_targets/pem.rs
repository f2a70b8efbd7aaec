//! Any bytes as a file of certificate authorities. The file is accepted only if every block can be
//! read: one more certificate then changes nothing, and one more broken block refuses the file.
#![no_main]

use axioms_core::fuzzing::authorities;
use libfuzzer_sys::fuzz_target;

const SOUND: &[u8] = include_bytes!("../seeds/pem/one");
const BROKEN: &[u8] = b"\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

fuzz_target!(|pem: &[u8]| {
    match authorities(pem) {
        Ok(()) => {
            let text = String::from_utf8_lossy(pem);
            assert!(
                text.contains("-----BEGIN CERTIFICATE-----") && text.contains("-----END CERTIFICATE-----")
            );
            assert_eq!(authorities(&[pem, b"\n", SOUND].concat()), Ok(()));
            assert!(authorities(&[pem, BROKEN].concat()).is_err());
            // Authorities are missing from a file that was cut off, or whose blocks the reader skips.
            let lines = || text.split(['\n', '\r']).filter(|line| !line.trim_ascii_start().starts_with('#'));
            let count = |mark: &str| lines().map(|line| line.matches(mark).count()).sum::<usize>();
            assert_eq!(count("-----BEGIN CERTIFICATE-----"), count("-----END CERTIFICATE-----"));
            assert_eq!(count("BEGIN TRUSTED CERTIFICATE-----"), 0);
        }
        Err(error) => assert!(error.len() < 200),
    }
});
