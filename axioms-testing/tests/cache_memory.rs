//! Whether the verified-token cache takes the bytes that it counts: in a process of its own, whose size nothing else changes.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test should stop where it broke")]

mod common;

use axioms_core::{Algorithm, Validator};
use axioms_testing::{AUDIENCE, TestIssuer, TokenBuilder};

use common::process;

const BYTES: usize = 2 * 1024 * 1024;

/// What sort of token, how many of them, and how each is made of a short one.
type Row = (&'static str, usize, fn(TokenBuilder) -> TokenBuilder);

const ROWS: [Row; 4] = [
    ("600 bytes", 2000, |token| token.claim("x", "x".repeat(160))),
    ("almost 4 KiB", 500, |token| token.claim("x", "x".repeat(2600))),
    ("a long issuer", 500, |token| token.issuer(&"x".repeat(2600))),
    ("many short roles", 500, |token| token.roles(["a", "b", "c"].repeat(200))),
];

/// One test, so that the rows come one after another.
#[test]
fn the_process_grows_by_the_bytes_that_are_counted() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    // Minting takes memory too, and gives it back in pieces, so it is over before anything is measured.
    let minted = ROWS.map(|(_, tokens, change)| {
        let token = |n| change(issuer.token()).subject(&format!("user-{n}")).sign();
        (0..tokens).map(token).collect::<Vec<_>>()
    });
    let validator = |bytes| {
        let builder = Validator::builder().any_issuer(true).jwks_url(issuer.jwks_url());
        builder.audience(AUDIENCE).token_cache(bytes).build().unwrap()
    };
    // Alive to the end, so that none takes the memory that another gave back. The first is for what is made once.
    let mut validators = vec![validator(0)];
    assert!(minted.iter().flatten().all(|token| validators[0].validate(token).is_ok()));
    for ((what, ..), tokens) in ROWS.iter().zip(&minted) {
        let validator = validator(BYTES);
        let before = process::status("VmRSS");
        for token in tokens {
            assert!(validator.validate(token).is_ok() && token.len() <= 4096, "{what}");
        }
        let grown = 1024 * (process::status("VmRSS") - before);
        let counted = usize::try_from(validator.stats().cache_bytes).unwrap();
        println!("{what:<20} {counted:>8} bytes counted, {grown:>8} grown");
        assert!(counted > BYTES / 2, "{what}: it is used");
        // A quarter besides, for stacks, buffers and what the allocator could not use.
        assert!(grown < counted + counted / 4, "{what}: {counted} counted, {grown} grown");
        validators.push(validator);
    }
}
