//! The properties in which adapters differ.

/// The crate that generated code refers to, and what its framework requires of the attribute.
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
    /// Creates the adapter for the crate with this name, as written in Rust code, with underscores.
    /// A user who renamed the dependency writes `crate = path` in the attribute.
    #[must_use]
    pub const fn new(krate: &'static str) -> Self {
        Self { krate, guard: "Authorized", refusal: None, takes_core_token: false, rocket_routes: false }
    }

    /// Sets the path of the guard inside the crate, for `requires`. Default: `Authorized`. The
    /// guard is a type with one parameter, the policy's type, and the framework extracts it as an
    /// argument.
    #[must_use]
    pub const fn guard(mut self, path: &'static str) -> Self {
        self.guard = path;
        self
    }

    /// Sets the name of the adapter's error, for `requires_token`: a type in the crate that
    /// implements `From<axioms_core::Denied>`. A guarded function returns it, so the function's
    /// error must implement `From` for it; compile errors use this name. Default: core's `Denied`.
    #[must_use]
    pub const fn refuses_with(mut self, error: &'static str) -> Self {
        self.refusal = Some(error);
        self
    }

    /// Allows handlers to take the `AccessToken` of axioms-core. By default, `requires` refuses it
    /// with a clearer message than the framework's, because the adapter has its own `AccessToken`.
    #[must_use]
    pub const fn takes_core_token(mut self) -> Self {
        self.takes_core_token = true;
        self
    }

    /// Checks the attributes of Rocket, which must be below `requires` to see the guard. A handler
    /// without one, a catcher, and a demand for a method that the route never receives are errors.
    /// Only Rocket needs this.
    #[must_use]
    pub const fn rocket_routes(mut self) -> Self {
        self.rocket_routes = true;
        self
    }
}
