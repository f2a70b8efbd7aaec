//! A to D, G, H and K: a validator checks every token of the corpus.

use std::collections::HashSet;
use std::time::Duration;

use axioms_core::http::Request;
use axioms_core::{InvalidToken, Policy, Refusal, RefusalCause, Validator};

use super::corpus::{self, Attack, Table, World};
use crate::common::{self, Bench};

/// Collects the failures, so that one run shows every failing row.
fn failures(world: &World, table: &Table) -> Vec<String> {
    let validator = table.builder(world).build().expect("the tables configure a valid validator");
    table.attacks.iter().flat_map(|attack| check(&validator, table.name, attack)).collect()
}

fn check(validator: &Validator, table: &str, attack: &Attack) -> Vec<String> {
    let Attack { id, what, token, expected, neighbour } = attack;
    let expected = expected.map_err(RefusalCause::InvalidToken);
    let mut failures = Vec::new();
    for (which, token, expected) in [("", token, &expected), ("neighbour of ", neighbour, &Ok(()))] {
        let found = common::verdict(validator, token);
        if found != *expected {
            failures.push(format!("{id} {table}: {which}{what}: {found:?}, expected {expected:?}"));
        }
    }
    failures
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
fn b_no_address_in_a_header_is_ever_contacted() {
    assert_hold(corpus::header::tables);
    assert_eq!(World::shared().canary.connections(), 0, "B3");
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

/// The verdict does not depend on the method that receives the token.
#[test]
fn every_method_gives_the_same_verdict() {
    let world = World::shared();
    for table in corpus::tables(world) {
        let validator = table.builder(world).build().expect("the tables configure a valid validator");
        for Attack { id, what, token, .. } in
            table.attacks.iter().filter(|attack| attack.token.len() < 20_000)
        {
            let direct = common::verdict(&validator, token);
            let cause = |refusal: Refusal| refusal.cause().clone();
            let awaited = common::block_on(validator.validate_async(token)).map(drop).map_err(cause);
            assert_eq!(awaited, direct, "{id} {what}, awaited");
            let Ok(request) = Request::get("/").header("authorization", format!("Bearer {token}")).body(())
            else {
                continue;
            };
            match validator.authorize(&request, &Policy::VALID_TOKEN).map(drop).map_err(cause) {
                Err(RefusalCause::BadCredentials(_)) => assert!(direct.is_err(), "{id} {what}, in a header"),
                verdict => assert_eq!(verdict, direct, "{id} {what}, in a header"),
            }
        }
    }
}

#[test]
fn every_line_of_the_catalogue_has_a_test() {
    const LINES: [&str; 57] = [
        "A1", "A2", "A3", "A4", "A6", "A7", "A8", "A9", "A10", "A11", "A12", "A13", "A15", "A16", "B1", "B2",
        "B3", "B4", "B5", "B6", "B8", "B9", "B11", "B13", "B14", "B15", "C1", "C2", "C3", "C4", "C5", "C6",
        "C8", "C9", "D1", "D3", "D4", "G1", "G2", "G3", "G5", "G6", "G7", "G8", "G9", "H1", "H2", "H3", "H4",
        "H5", "H6", "H7", "H9", "H10", "H11", "K1", "K2",
    ];
    let tables = corpus::tables(World::shared());
    let ids: HashSet<&str> = tables.iter().flat_map(|table| &table.attacks).map(|attack| attack.id).collect();
    let forgotten: Vec<&str> = LINES.into_iter().filter(|line| !ids.contains(line)).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}

#[test]
fn g3_the_ends_of_time_overflow_nothing() {
    let bench = Bench::configured(|builder| builder.max_token_lifetime(Duration::MAX));
    let token = bench.token().claim("nbf", 1).sign();
    for (now, reason) in
        [(Duration::MAX, InvalidToken::Expired), (Duration::ZERO, InvalidToken::IssuedInFuture)]
    {
        bench.clock.set_unix_time(now);
        assert_eq!(bench.verdict(&token), common::invalid(reason), "{now:?}");
    }
}
