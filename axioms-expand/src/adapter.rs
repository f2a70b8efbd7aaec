//! What one adapter has that another has not.

/// The crate whose items generated code names, and what its framework asks of the attribute.
///
/// # Examples
/// ```
/// use axioms_expand::Adapter;
///
/// const POEM: Adapter = Adapter::new("axioms_poem");
/// const POEM_STATE: Adapter = POEM.guard("state::Authorized");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Adapter {
    pub(crate) krate: &'static str,
    pub(crate) guard: &'static str,
    pub(crate) refusal: Option<&'static str>,
    pub(crate) takes_core_token: bool,
    pub(crate) rocket_routes: bool,
}

impl Adapter {
    /// The adapter whose crate has this name, as Rust code writes it: with underscores. A user who knows the crate by
    /// another name writes `crate = path` in the attribute.
    #[must_use]
    pub const fn new(krate: &'static str) -> Self {
        Self { krate, guard: "Authorized", refusal: None, takes_core_token: false, rocket_routes: false }
    }

    /// The path of the guard inside the crate, for `requires`: `Authorized` by default. The guard is a type with one
    /// parameter, the type of the policy, and an argument that the framework extracts.
    #[must_use]
    pub const fn guard(mut self, path: &'static str) -> Self {
        self.guard = path;
        self
    }

    /// The name of the adapter's error, for `requires_token`: a type inside the crate that implements
    /// `From<axioms_core::Denied>`. A function is refused with it, so the function's error implements `From` of it; one
    /// whose error cannot hold it is told so by this name. By default a function is refused with core's `Denied`.
    #[must_use]
    pub const fn refuses_with(mut self, error: &'static str) -> Self {
        self.refusal = Some(error);
        self
    }

    /// Lets a handler take the `AccessToken` of axioms-core. By default `requires` refuses it where the adapter has an
    /// `AccessToken` of its own, and says so in better words than the framework would.
    #[must_use]
    pub const fn takes_core_token(mut self) -> Self {
        self.takes_core_token = true;
        self
    }

    /// Reads the attributes of Rocket, which must be below `requires` to see the guard: a handler without one, a catcher,
    /// and a demand for a method that Rocket never asks the route for are errors. No other framework needs this.
    #[must_use]
    pub const fn rocket_routes(mut self) -> Self {
        self.rocket_routes = true;
        self
    }
}
