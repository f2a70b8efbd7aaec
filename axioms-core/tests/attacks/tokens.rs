//! A to D, G, H and K: every token of the corpus meets a validator.

use axioms_core::{InvalidToken, RefusalCause, Validator};

use crate::common::{self, Bench};
use crate::corpus::{self, Attack, Table, World};

/// Gathers what went wrong, so that one run of a table tells of every row.
fn failures(world: &World, table: &Table) -> Vec<String> {
    let validator = table.builder(world).build().expect("the tables configure a sound validator");
    table.attacks.iter().flat_map(|attack| check(&validator, table.name, attack)).collect()
}

fn check(validator: &Validator, table: &str, attack: &Attack) -> Vec<String> {
    let Attack { id, what, token, expected, neighbour } = attack;
    let expected = expected.map_err(RefusalCause::InvalidToken);
    let mut failures = Vec::new();
    for (which, token, expected) in [("", token, &expected), ("neighbour of ", neighbour, &Ok(()))] {
        let found = common::verdict(validator, token);
        if !same(&found, expected) {
            failures.push(format!("{id} {table}: {which}{what}: {found:?}, expected {expected:?}"));
        }
    }
    failures
}

/// Equal, but for the words about a token of another kind, which are for people.
fn same(found: &common::Verdict, expected: &common::Verdict) -> bool {
    use RefusalCause::InvalidToken as Invalid;

    match (found, expected) {
        (
            Err(Invalid(InvalidToken::NotAnAccessToken(_))),
            Err(Invalid(InvalidToken::NotAnAccessToken(_))),
        ) => true,
        _ => found == expected,
    }
}

fn assert_hold(tables: fn(&World) -> Vec<Table>) {
    let world = World::shared();
    let failures: Vec<String> = tables(world).iter().flat_map(|table| failures(world, table)).collect();
    assert!(failures.is_empty(), "{} rows:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn a_signatures() {
    assert_hold(corpus::signature::tables);
}

#[test]
fn b_headers() {
    assert_hold(corpus::header::tables);
}

#[test]
fn c_encodings() {
    assert_hold(corpus::encoding::tables);
}

#[test]
fn d_sizes() {
    assert_hold(corpus::size::tables);
}

#[test]
fn g_times() {
    assert_hold(corpus::time::tables);
}

#[test]
fn h_and_k_identities_and_bound_tokens() {
    assert_hold(corpus::identity::tables);
}

#[test]
fn b3_no_address_in_a_token_is_ever_visited() {
    let world = World::shared();
    assert_hold(corpus::header::tables);
    assert_eq!(world.canary.connections(), 0);
}

#[test]
fn b10_a_token_names_its_key_even_where_there_is_but_one() {
    let bench = Bench::new();
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
    let token = bench.token().without_header("kid").sign();
    assert_eq!(bench.verdict(&token), common::invalid(InvalidToken::NoKeyId));
}
