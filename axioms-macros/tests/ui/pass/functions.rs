//! A plain function is checked before its body runs, whatever its shape, and nothing warns.

#![deny(warnings, missing_docs, clippy::pedantic)]

#[path = "../fake.rs"]
#[allow(clippy::pedantic)]
mod fake;

use std::cell::Cell;

use axioms_macros::requires_core as requires;
use fake::{AccessToken, Denied};

#[derive(Debug)]
struct Failure;

impl From<Denied> for Failure {
    fn from(_: Denied) -> Self {
        Self
    }
}

thread_local!(static RUNS: Cell<u32> = const { Cell::new(0) });

fn ran() {
    RUNS.with(|runs| runs.set(runs.get() + 1));
}

#[requires(crate = fake)]
fn by_reference(token: &AccessToken) -> Result<u8, Denied> {
    let _ = token;
    ran();
    Ok(1)
}

#[requires(crate = fake, any_scopes = "a")]
fn refused(_token: &AccessToken) -> Result<u8, Failure> {
    ran();
    Ok(1)
}

#[requires(crate = fake, any(any_scopes = "a", all_roles = ["b", "c"]))]
async fn by_value<T: Clone>(value: T, mut token: AccessToken) -> Result<T, Failure>
where
    T: Send,
{
    token = std::future::ready(token).await;
    drop(token);
    Ok(value)
}

#[requires(crate = fake)]
fn nameless(_: &mut AccessToken) -> std::result::Result<u8, Failure> {
    #![allow(clippy::items_after_statements)]
    ran();
    const TWO: u8 = 2;
    Ok(TWO)
}

#[requires(crate = fake)]
fn items(token: &&AccessToken) -> Result<u8, Failure> {
    const THREE: u8 = 3;
    let _ = token;
    Ok(THREE)
}

struct Store(u8);

impl Store {
    #[requires(crate = fake)]
    fn method(&self, token: &AccessToken) -> Result<u8, Failure> {
        let _ = token;
        Ok(self.0)
    }
}

trait Read {
    fn read(&self, token: AccessToken) -> Result<u8, Failure>;
}

impl Read for Store {
    #[requires(crate = fake, all_roles = "admin")]
    fn read(&self, _token: AccessToken) -> Result<u8, Failure> {
        ran();
        Ok(self.0)
    }
}

fn main() {
    assert_eq!(by_reference(&AccessToken).unwrap(), 1);
    assert_eq!(RUNS.get(), 1);
    refused(&AccessToken).unwrap_err();
    Store(1).read(AccessToken).unwrap_err();
    assert_eq!(RUNS.get(), 1, "a refused call reached the body");
    drop(by_value(1, AccessToken));
    assert_eq!(nameless(&mut AccessToken).unwrap(), 2);
    assert_eq!(items(&&AccessToken).unwrap(), 3);
    assert_eq!(Store(4).method(&AccessToken).unwrap(), 4);
}
