//! axum answers by the contract that every adapter shares, wherever its guards take the validator from.

#![allow(clippy::expect_used, reason = "a broken test should stop where it broke")]

mod from_layer;
mod from_state;

use std::net::SocketAddr;

use axioms_axum::Validator;
use axioms_testing::contract;
use axum::{Router, serve};
use tokio::net::TcpListener;

async fn run(router: fn(Option<Validator>) -> Router) {
    let runtime = tokio::runtime::Handle::current();
    let start = move |validator: Option<Validator>| -> SocketAddr {
        let router = router(validator);
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("a bound socket has an address");
            tokio::spawn(async { serve(listener, router).await });
            address
        })
    };
    tokio::task::spawn_blocking(move || contract::run(start)).await.expect("the contract holds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validator_of_a_layer_answers_by_the_contract() {
    run(from_layer::router).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validator_of_the_state_answers_by_the_contract() {
    // The contract has rows for a server without a validator. With the state alone, that one does not compile.
    run(|validator| validator.map_or_else(|| from_layer::router(None), from_state::router)).await;
}
