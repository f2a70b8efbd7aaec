//! The answers of routes that only show a guard: a message, its path, and what the guard required.

use axioms_core::AccessToken;
use serde::Serialize;

/// The answer of a route that shows one guard.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Welcome {
    message: &'static str,
    endpoint: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    required_scopes: &'static [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    required_roles: &'static [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    required_permissions: &'static [&'static str],
}

/// The answer that says who is asking.
#[derive(Debug, Clone, Serialize)]
pub struct Identity {
    #[serde(flatten)]
    welcome: Welcome,
    user: Option<String>,
}

fn at(endpoint: &'static str, message: &'static str) -> Welcome {
    Welcome { message, endpoint, required_scopes: &[], required_roles: &[], required_permissions: &[] }
}

/// `GET /api/public`
#[must_use]
pub fn public() -> Welcome {
    at("/api/public", "Anyone can see this")
}

/// `GET /api/authenticated`
#[must_use]
pub fn authenticated(token: &AccessToken) -> Identity {
    let welcome = at("/api/authenticated", "Your token is valid");
    Identity { welcome, user: token.subject().map(str::to_owned) }
}

/// `GET /api/scope-protected`
#[must_use]
pub fn scope_protected() -> Welcome {
    Welcome { required_scopes: &["read:messages"], ..at("/api/scope-protected", "You have the scope") }
}

/// `GET /api/multiple-scopes`
#[must_use]
pub fn multiple_scopes() -> Welcome {
    Welcome {
        required_scopes: &["read:messages", "read:data"],
        ..at("/api/multiple-scopes", "You have one of the scopes")
    }
}

/// `GET /api/all-scopes`
#[must_use]
pub fn all_scopes() -> Welcome {
    Welcome {
        required_scopes: &["read:messages", "write:messages"],
        ..at("/api/all-scopes", "You have all of the scopes")
    }
}

/// `GET /api/role-protected`
#[must_use]
pub fn role_protected() -> Welcome {
    Welcome { required_roles: &["admin", "editor"], ..at("/api/role-protected", "You have one of the roles") }
}

/// `GET /api/all-roles`
#[must_use]
pub fn all_roles() -> Welcome {
    Welcome { required_roles: &["admin", "superuser"], ..at("/api/all-roles", "You have all of the roles") }
}

/// `POST /api/permission-protected`
#[must_use]
pub fn permission_protected() -> Welcome {
    Welcome {
        required_permissions: &["create:articles"],
        ..at("/api/permission-protected", "You have the permission")
    }
}

/// `GET /api/multiple-permissions`
#[must_use]
pub fn read_permission() -> Welcome {
    Welcome { required_permissions: &["read:articles"], ..at("/api/multiple-permissions", "You may read") }
}

/// `POST /api/multiple-permissions`
#[must_use]
pub fn create_permission() -> Welcome {
    Welcome {
        required_permissions: &["create:articles"],
        ..at("/api/multiple-permissions", "You may create")
    }
}

/// `PATCH /api/multiple-permissions`
#[must_use]
pub fn update_permission() -> Welcome {
    Welcome {
        required_permissions: &["update:articles"],
        ..at("/api/multiple-permissions", "You may update")
    }
}

/// `GET /api/mixed-authorization`
#[must_use]
pub fn mixed_authorization() -> Welcome {
    Welcome {
        required_scopes: &["openid"],
        required_roles: &["admin"],
        required_permissions: &["manage:system"],
        ..at("/api/mixed-authorization", "You have the scope, the role and the permission")
    }
}
