//! Whether a token that was validated already meets a policy.

use http::Method;

use crate::policy::{Demand, Policy};
use crate::refusal::Refusal;
use crate::token::AccessToken;

impl Policy {
    /// Demands of `token` what this policy asks for `method`, as a guard does of a request's token. Returns the token,
    /// or `None` where the policy makes the method public: the token is then not looked at. The token's time is not checked
    /// again.
    ///
    /// # Errors
    /// A [`Refusal`]: 401 where a token is demanded and there is none, 403 where the token does not grant what is
    /// demanded or the policy does not name the method.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{AccessToken, Policy, Refusal, http::Method};
    ///
    /// fn report(policy: &Policy, token: Option<&AccessToken>) -> Result<&'static str, Refusal> {
    ///     policy.check(&Method::GET, token)?;
    ///     Ok("all is well")
    /// }
    ///
    /// let open = Policy::builder().public(Method::GET).build()?;
    /// assert!(report(&open, None).is_ok());
    /// assert_eq!(report(&Policy::VALID_TOKEN, None).unwrap_err().status(), 401);
    /// # Ok::<(), axioms_core::PolicyErrors>(())
    /// ```
    pub fn check(
        &self,
        method: &Method,
        token: Option<&AccessToken>,
    ) -> Result<Option<AccessToken>, Refusal> {
        let demand = self.demand(method);
        if matches!(demand, Some(Demand::Public)) {
            return Ok(None);
        }
        let token = token.ok_or_else(Refusal::no_credentials)?;
        token.check(demand, self)?;
        Ok(Some(token.clone()))
    }
}
