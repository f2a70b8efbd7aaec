//! A plain function of any form is checked before its body runs, without a warning.

#![deny(warnings, missing_docs)]

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::fake;
use crate::fake::{AccessToken, Denied};
use axioms_macros::requires_core as requires;

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

#[requires(crate = fake)]
fn shown(_token: &AccessToken) -> Result<String, Failure> {
    Ok(format!("{_token:?}"))
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

/// The output of `#[async_trait]` for an `async fn`.
type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

trait Serve {
    const SCOPE: &'static str;

    fn serve<'life0, 'async_trait>(&'life0 self, token: AccessToken) -> Boxed<'async_trait, u8>
    where
        'life0: 'async_trait,
        Self: 'async_trait;
}

impl Serve for Store {
    const SCOPE: &'static str = "serve";

    #[requires(crate = fake)]
    fn serve<'life0, 'async_trait>(
        &'life0 self,
        token: AccessToken,
    ) -> Pin<Box<dyn Future<Output = Result<u8, Failure>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move {
            let this = self;
            let _token = token;
            ran();
            Ok(this.0)
        })
    }
}

impl Store {
    const SCOPES: [&str; 2] = ["a", "b"];

    #[requires(crate = fake, any_scopes = Self::SCOPES)]
    fn own_constant(&self, _token: &AccessToken) -> Result<u8, Failure> {
        ran();
        Ok(self.0)
    }

    #[requires(crate = fake, any_scopes = ["x", <Self as Serve>::SCOPE])]
    fn boxed<'a>(&'a self, _token: &'a AccessToken) -> Boxed<'a, u8> {
        std::boxed::Box::pin(async {
            ran();
            Ok(self.0)
        })
    }
}

#[requires(crate = fake, any_scopes = T::SCOPE)]
fn generic_constant<T: Serve>(_of: &T, token: &AccessToken) -> Result<u8, Denied> {
    let _ = token;
    ran();
    Ok(1)
}

fn poll<T>(mut future: Boxed<'_, T>) -> Result<T, Failure> {
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("nothing is awaited"),
    }
}

#[test]
fn a_function_is_checked_before_its_body_runs() {
    assert_eq!(by_reference(&AccessToken).unwrap(), 1);
    assert_eq!(RUNS.get(), 1);
    refused(&AccessToken).unwrap_err();
    Store(1).read(AccessToken).unwrap_err();
    assert_eq!(RUNS.get(), 1, "a refused call reached the body");
    drop(by_value(1, AccessToken));
    assert_eq!(nameless(&mut AccessToken).unwrap(), 2);
    assert_eq!(items(&&AccessToken).unwrap(), 3);
    own_constants();
    assert_eq!(shown(&AccessToken).unwrap(), "AccessToken");
    assert_eq!(Store(4).method(&AccessToken).unwrap(), 4);
}

fn own_constants() {
    let before = RUNS.get();
    Store(1).own_constant(&AccessToken).unwrap_err();
    poll(Store(1).boxed(&AccessToken)).unwrap_err();
    generic_constant(&Store(1), &AccessToken).unwrap_err();
    assert_eq!(RUNS.get(), before, "a refused call reached the body");
    assert_eq!(poll(Store(5).serve(AccessToken)).unwrap(), 5);
}
