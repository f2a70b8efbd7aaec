//! What the routes answer that only show a guard: a message, where it comes from, and what it took to see it.

use axioms_core::AccessToken;
use serde::Serialize;

/// The answer of a route that shows one guard.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Message {
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
pub struct Greeting {
    #[serde(flatten)]
    message: Message,
    user: Option<String>,
}

/// `GET /api/public`
#[must_use]
pub fn public() -> Message {
    Message { message: "Anyone can see this", endpoint: "/api/public", ..Message::default() }
}

/// `GET /api/authenticated`
#[must_use]
pub fn authenticated(token: &AccessToken) -> Greeting {
    let message =
        Message { message: "Your token is valid", endpoint: "/api/authenticated", ..Message::default() };
    Greeting { message, user: token.subject().map(str::to_owned) }
}

/// `GET /api/scope-protected`
#[must_use]
pub fn scope_protected() -> Message {
    Message {
        message: "You have the scope",
        endpoint: "/api/scope-protected",
        required_scopes: &["read:messages"],
        ..Message::default()
    }
}

/// `GET /api/multiple-scopes`
#[must_use]
pub fn multiple_scopes() -> Message {
    Message {
        message: "You have one of the scopes",
        endpoint: "/api/multiple-scopes",
        required_scopes: &["read:messages", "read:data"],
        ..Message::default()
    }
}

/// `GET /api/all-scopes`
#[must_use]
pub fn all_scopes() -> Message {
    Message {
        message: "You have all of the scopes",
        endpoint: "/api/all-scopes",
        required_scopes: &["read:messages", "write:messages"],
        ..Message::default()
    }
}

/// `GET /api/role-protected`
#[must_use]
pub fn role_protected() -> Message {
    Message {
        message: "You have one of the roles",
        endpoint: "/api/role-protected",
        required_roles: &["admin", "editor"],
        ..Message::default()
    }
}

/// `GET /api/all-roles`
#[must_use]
pub fn all_roles() -> Message {
    Message {
        message: "You have all of the roles",
        endpoint: "/api/all-roles",
        required_roles: &["admin", "superuser"],
        ..Message::default()
    }
}

/// `POST /api/permission-protected`
#[must_use]
pub fn permission_protected() -> Message {
    Message {
        message: "You have the permission",
        endpoint: "/api/permission-protected",
        required_permissions: &["create:articles"],
        ..Message::default()
    }
}

/// `GET /api/multiple-permissions`
#[must_use]
pub fn read_permission() -> Message {
    multiple_permissions("You may read", &["read:articles"])
}

/// `POST /api/multiple-permissions`
#[must_use]
pub fn create_permission() -> Message {
    multiple_permissions("You may create", &["create:articles"])
}

/// `PATCH /api/multiple-permissions`
#[must_use]
pub fn update_permission() -> Message {
    multiple_permissions("You may update", &["update:articles"])
}

fn multiple_permissions(message: &'static str, required_permissions: &'static [&'static str]) -> Message {
    Message { message, endpoint: "/api/multiple-permissions", required_permissions, ..Message::default() }
}

/// `GET /api/mixed-authorization`
#[must_use]
pub fn mixed_authorization() -> Message {
    Message {
        message: "You have the scope, the role and the permission",
        endpoint: "/api/mixed-authorization",
        required_scopes: &["openid"],
        required_roles: &["admin"],
        required_permissions: &["manage:system"],
    }
}
