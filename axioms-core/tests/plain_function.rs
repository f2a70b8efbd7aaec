//! `#[requires]` on plain functions, for servers, consumers and workers without a framework.

use axioms_core::testing::{AUDIENCE, TestIssuer};
use axioms_core::{AccessToken, Denied, Owned, Refusal, Validator, requires};

#[derive(Owned)]
struct Order {
    #[owner]
    buyer: Option<String>,
}

#[requires(any_scopes = ["orders:write"])]
fn cancel(token: &AccessToken, order: &Order) -> Result<&'static str, Denied> {
    token.require_owner(order)?;
    Ok("cancelled")
}

#[requires(all_roles = ["clerk"])]
async fn ship(_: AccessToken) -> Result<&'static str, Refusal> {
    Ok("shipped")
}

#[test]
fn a_plain_function_is_guarded_by_its_token() {
    let issuer = TestIssuer::start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().unwrap();
    let order = Order { buyer: Some("alice".to_owned()) };
    let cancelled = |token: axioms_core::testing::TokenBuilder| {
        cancel(&validator.validate(&token.sign()).unwrap(), &order).ok()
    };
    let writer = || issuer.token().scopes(["orders:write"]);
    assert_eq!(cancelled(writer().subject("alice")), Some("cancelled"));
    assert_eq!(cancelled(writer().subject("bob")), None);
    assert_eq!(cancelled(writer().without("sub")), None);
    assert_eq!(cancelled(issuer.token().subject("alice")), None);
    let nobodys = Order { buyer: None };
    assert!(cancel(&validator.validate(&writer().subject("null").sign()).unwrap(), &nobodys).is_err());
}

#[test]
fn an_async_function_is_guarded_inside_its_future() {
    let issuer = TestIssuer::start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().unwrap();
    let clerk = validator.validate(&issuer.token().roles(["clerk"]).sign()).unwrap();
    let guest = validator.validate(&issuer.token().sign()).unwrap();
    let poll = |token| {
        let future = std::pin::pin!(ship(token));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match std::future::Future::poll(future, &mut context) {
            std::task::Poll::Ready(answer) => answer,
            std::task::Poll::Pending => unreachable!("nothing is awaited"),
        }
    };
    assert_eq!(poll(clerk), Ok("shipped"));
    assert_eq!(poll(guest).unwrap_err().status(), 403);
}
