//! The other crates, called as their documentation shows.

mod huskarl;
mod jsonwebtoken_by_hand;
mod jwt_authorizer_crate;
mod jwt_simple_by_hand;
mod oauth_resource_server_crate;
mod tower_layer;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axioms_core::Algorithm;
use serde::Deserialize;

use crate::{Contender, Field, SCOPE};

/// The crates that support this algorithm. Stderr shows why another one is left out.
pub(crate) fn contenders(field: &Field, algorithm: Algorithm) -> Vec<Contender> {
    let peers = [
        jsonwebtoken_by_hand::contender(field, algorithm),
        tower_layer::contender(field, algorithm),
        jwt_authorizer_crate::contender(field, algorithm),
        oauth_resource_server_crate::contender(field, algorithm),
        huskarl::contender(field, algorithm),
        jwt_simple_by_hand::contender(field, algorithm),
    ];
    let left_out = |reason| eprintln!("{algorithm}: left out: {reason}");
    peers.into_iter().filter_map(|peer| peer.map_err(left_out).ok()).collect()
}

/// The claims that a program would decode into a type of its own.
#[derive(Clone, Deserialize)]
struct Claims {
    #[expect(dead_code, reason = "decoded, as in a program that uses it")]
    sub: String,
    scope: String,
}

fn grants(scope: &str) -> bool {
    scope.split(' ').any(|scope| scope == SCOPE)
}

/// The output of a future that never waits, without the cost of a runtime.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the keys are available, so nothing waits"),
    }
}
