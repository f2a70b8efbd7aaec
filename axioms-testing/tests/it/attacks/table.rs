//! Compares how many requests each row caused at the issuer, and prints a table with `--nocapture`.

use std::ops::RangeInclusive;

use axioms_testing::TestIssuer;

/// How often the issuer was asked for its key set since it started.
pub(crate) fn fetches(row: &str, issuer: &TestIssuer, expected: usize) {
    fetches_within(row, issuer, expected..=expected);
}

/// As [`fetches`], for rows where the scheduling of the fetch thread decides the number.
pub(crate) fn fetches_within(row: &str, issuer: &TestIssuer, expected: RangeInclusive<usize>) {
    let found = issuer.fetches();
    println!("{row:<90} fetches {found:>2}");
    assert!(expected.contains(&found), "{row}: {found} fetches, and {expected:?} are expected");
}
