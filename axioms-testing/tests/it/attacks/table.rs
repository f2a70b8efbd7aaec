//! What each row cost the issuer: compared, and printed, so that a run with `--nocapture` gives a table.

use std::ops::RangeInclusive;

use axioms_testing::TestIssuer;

/// The issuer was asked for its key set this often since it started.
pub(crate) fn fetches(row: &str, issuer: &TestIssuer, expected: usize) {
    fetches_within(row, issuer, expected..=expected);
}

/// As [`fetches`], where it is for the thread that fetches to say what it gets to first.
pub(crate) fn fetches_within(row: &str, issuer: &TestIssuer, expected: RangeInclusive<usize>) {
    let found = issuer.fetches();
    println!("{row:<90} fetches {found:>2}");
    assert!(expected.contains(&found), "{row}: {found} fetches, and {expected:?} are expected");
}
