//! `#[requires]` on plain functions, for servers, consumers and workers without a framework.

use axioms_core::{AccessToken, Denied, Owned, Refusal, Validator, requires};
use axioms_testing::{AUDIENCE, TestIssuer};

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

/// The expanded code has no `#[allow]`, which would not compile where the user forbids the lint.
#[forbid(clippy::used_underscore_binding, clippy::items_after_statements, unused_variables, unused_imports)]
mod forbidding {
    use axioms_core::{AccessToken, Denied, requires};

    const SCOPES: [&str; 2] = ["orders:read", "orders:write"];

    #[requires(any_scopes = SCOPES)]
    pub(crate) fn look(_token: &AccessToken) -> Result<&'static str, Denied> {
        const ANSWER: &str = "looked";
        Ok(ANSWER)
    }
}

#[test]
fn a_plain_function_is_guarded_by_its_token() {
    let issuer = TestIssuer::start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().unwrap();
    let order = Order { buyer: Some("alice".to_owned()) };
    let cancelled = |token: axioms_testing::TokenBuilder| {
        cancel(&validator.validate(&token.sign()).unwrap(), &order).ok()
    };
    let writer = || issuer.token().scopes(["orders:write"]);
    assert_eq!(cancelled(writer().subject("alice")), Some("cancelled"));
    assert_eq!(cancelled(writer().subject("bob")), None);
    assert_eq!(cancelled(writer().without("sub")), None);
    assert_eq!(cancelled(issuer.token().subject("alice")), None);
    assert_eq!(forbidding::look(&validator.validate(&writer().sign()).unwrap()), Ok("looked"));
    assert!(forbidding::look(&validator.validate(&issuer.token().sign()).unwrap()).is_err());
    let nobodys = Order { buyer: None };
    assert!(cancel(&validator.validate(&writer().subject("null").sign()).unwrap(), &nobodys).is_err());
}

#[test]
fn an_async_function_is_guarded_inside_its_future() {
    let issuer = TestIssuer::start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().unwrap();
    let clerk = validator.validate(&issuer.token().roles(["clerk"]).sign()).unwrap();
    let guest = validator.validate(&issuer.token().sign()).unwrap();
    assert_eq!(ready(ship(clerk)), Ok("shipped"));
    assert_eq!(ready(ship(guest)).unwrap_err().status(), 403);
}

/// A service with a method that `#[async_trait]` turns into one that returns a boxed future.
#[async_trait::async_trait]
trait Service {
    const READ: &'static str;
    const WRITE: &'static [&'static str];

    async fn read(&self, token: AccessToken) -> Result<String, Refusal>;

    #[requires(any_scopes = Self::WRITE)]
    async fn write(&mut self, _token: &AccessToken, text: &str) -> Result<(), Denied>
    where
        Self: Send + Sized,
    {
        self.store(text);
        Ok(())
    }

    fn store(&mut self, text: &str);
}

struct Notes(Vec<String>);

#[async_trait::async_trait]
impl Service for Notes {
    const READ: &'static str = "notes:read";
    const WRITE: &'static [&'static str] = &["notes:write", "admin"];

    #[requires(any_scopes = [Self::READ, "admin"])]
    #[tracing::instrument(skip(self))]
    async fn read(&self, token: AccessToken) -> Result<String, Refusal> {
        Ok(format!("{} for {}", self.0.join(" "), token.subject().unwrap_or_default()))
    }

    fn store(&mut self, text: &str) {
        self.0.push(text.to_owned());
    }
}

#[tracing::instrument(skip_all)]
#[requires(all_scopes = S::WRITE)]
#[must_use]
async fn generic<S: Service>(_token: &AccessToken) -> Result<u8, Denied> {
    Ok(1)
}

#[test]
fn a_method_of_a_boxed_future_is_guarded_inside_it() {
    let issuer = TestIssuer::start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().unwrap();
    let token = |scope: &str| {
        validator.validate(&issuer.token().subject("alice").scopes(scope.split(' ')).sign()).unwrap()
    };
    let mut notes = Notes(Vec::new());
    for (scope, written) in [("notes:read", false), ("notes:write", true), ("admin", true), ("", false)] {
        assert_eq!(ready(notes.write(&token(scope), scope)).is_ok(), written, "{scope}");
    }
    let answer = |scope| ready(notes.read(token(scope))).ok();
    assert_eq!(answer("notes:read").as_deref(), Some("notes:write admin for alice"));
    assert_eq!(answer("notes:write"), None);
    assert_eq!(ready(generic::<Notes>(&token("notes:write"))).ok(), None);
    assert_eq!(ready(generic::<Notes>(&token("notes:write admin"))).ok(), Some(1));
}

/// Functions with the same names as items that the check calls, each for the scope `admin` only.
mod lookalikes {
    use std::pin::Pin;

    use axioms_core::{AccessToken, Denied, requires};

    type Answer = Result<&'static str, Denied>;
    type BoxFuture<'a> = Pin<std::boxed::Box<dyn Future<Output = Answer> + 'a>>;

    const SCOPE: &str = "admin";

    mod public {
        pub(super) const SCOPE: &str = "public";
    }

    #[expect(clippy::unnecessary_wraps, reason = "it has the signature of a guarded function")]
    fn pin<T>(_: T) -> Answer {
        Ok("ran")
    }

    struct Box;

    #[expect(dead_code, reason = "a guarded function does not call it")]
    impl Box {
        fn pin<'a>(_: impl Future<Output = Answer> + 'a) -> BoxFuture<'a> {
            std::boxed::Box::pin(async { Ok("ran") })
        }
    }

    #[requires(any_scopes = SCOPE)]
    pub(super) fn call(token: AccessToken) -> Answer {
        pin(async move { Ok::<_, Denied>(token) })
    }

    #[requires(any_scopes = SCOPE)]
    pub(super) fn boxed(_: &AccessToken) -> BoxFuture<'_> {
        Box::pin(async move { Ok("ran") })
    }

    #[requires(any_scopes = SCOPE)]
    pub(super) fn constant(_: &AccessToken) -> Answer {
        const SCOPE: &str = "public";
        Ok(SCOPE)
    }

    #[requires(any_scopes = SCOPE)]
    pub(super) fn import(_: &AccessToken) -> Answer {
        use public::SCOPE;
        Ok(SCOPE)
    }

    #[requires(any_scopes = SCOPE)]
    pub(super) async fn asynchronous(_: &AccessToken) -> Answer {
        const SCOPE: &str = "public";
        Ok(SCOPE)
    }

    #[requires(any_scopes = SCOPE)]
    pub(super) fn constant_in_future(_: &AccessToken) -> BoxFuture<'_> {
        std::boxed::Box::pin(async move {
            const SCOPE: &str = "public";
            Ok(SCOPE)
        })
    }
}

#[test]
fn no_name_of_the_function_replaces_one_of_the_check() {
    let issuer = TestIssuer::start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().unwrap();
    for (scope, expected) in [("admin", true), ("public", false), ("", false)] {
        let token = validator.validate(&issuer.token().scopes([scope]).sign()).unwrap();
        let answers = [
            ("call", lookalikes::call(token.clone())),
            ("boxed", ready(lookalikes::boxed(&token))),
            ("constant", lookalikes::constant(&token)),
            ("import", lookalikes::import(&token)),
            ("asynchronous", ready(lookalikes::asynchronous(&token))),
            ("constant_in_future", ready(lookalikes::constant_in_future(&token))),
        ];
        for (name, answer) in answers {
            assert_eq!(answer.is_ok(), expected, "{name} with {scope:?}");
        }
    }
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(answer) => answer,
        std::task::Poll::Pending => unreachable!("nothing is awaited"),
    }
}
