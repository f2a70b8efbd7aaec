//! `macro_rules!` puts its fragments into invisible groups.

#![deny(warnings)]

use crate::fake;
use crate::fake::{AccessToken, Authorized, Denied, policy_of};
use axioms_macros::{requires_axum, requires_core};

macro_rules! handler {
    ($vis:vis, $name:ident, $scope:expr, $role:literal, $permission:path, $krate:path, $attr:meta,
     ($($arg:pat => $ty:ty),*), $ret:ty, $body:block) => {
        #[requires_axum(crate = $krate, any_scopes = $scope, all_roles = [$scope, $role], any_permissions = $permission)]
        #[$attr]
        $vis fn $name($($arg: $ty),*) -> $ret $body
    };
}

const EDIT: &str = "edit";

handler!(pub(crate), written, "a", "b", EDIT, crate::fake, must_use, (token => AccessToken, (a, b) => (u8, u8)), u8, {
    drop(token);
    a + b
});
handler!(, silent, "c", "d", self::EDIT, crate::fake, doc = "Silent.", (), (), { let _ = 1; });

macro_rules! methods {
    ($($method:ident => $value:expr),*; $($args:tt)*) => {
        #[requires_axum(crate = fake, $($method(any_scopes = $value)),*)]
        fn per_method() {}

        #[requires_axum($($args)*)]
        fn tokens() {}
    };
}
methods!(GET => "a", POST => EDIT; crate = fake, any(scopes = "a", roles = "b"));

macro_rules! guarded {
    ($item:item) => {
        #[requires_axum(crate = fake, any_scopes = "a")]
        $item
    };
}
guarded! {
    /// Passed on as one fragment.
    async fn whole() {}
}

macro_rules! shared {
    ($vis:vis, $name:ident, $scope:expr, $policy:path, $attr:meta) => {
        crate::policy! {
            #[$attr]
            $vis $name(any_scopes = $scope, any($policy, any_roles = EDIT));
        }

        #[requires_axum(crate = fake, $policy)]
        fn by_path() {}
    };
}
shared!(pub(crate), Writers, "write", policies::Editors, doc = "Those who write.");

mod policies {
    crate::policy!(pub(super) Editors(any_scopes = super::EDIT));
}

macro_rules! function {
    ($name:ident($token:ident: $ty:ty) -> $ret:ty $body:block) => {
        #[requires_core(crate = fake)]
        fn $name($token: $ty) -> $ret $body
    };
}
function!(plain(token: &AccessToken) -> Result<u8, Denied> {
    let _ = token;
    Ok(1)
});
function!(silent_plain(_token: AccessToken) -> Result<u8, Denied> { Ok(2) });

#[test]
fn arguments_of_macro_rules_are_taken() {
    assert_eq!(written(Authorized::new(), AccessToken, (1, 2)), 3);
    silent(Authorized::new());
    per_method(Authorized::new());
    tokens(Authorized::new());
    drop(whole(Authorized::new()));
    assert!(format!("{:?}", policy_of(silent)).contains("\"edit\""));
    assert!(format!("{:?}", <Writers as fake::__private::HasPolicy>::POLICY).contains("\"write\""));
    by_path(Authorized::<policies::Editors>::new());
    assert_eq!(plain(&AccessToken).unwrap(), 1);
    assert_eq!(silent_plain(AccessToken).unwrap(), 2);
}
