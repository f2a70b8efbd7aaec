//! The callers of the API and their tokens, valid and invalid.

use std::time::Duration;

use axioms_testing::TestIssuer;

/// Long enough that a pasted line of `curl` works.
pub(crate) const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

const ADMIN_SCOPES: [&str; 8] = [
    "openid",
    "read:messages",
    "write:messages",
    "read:data",
    "book:read",
    "book:create",
    "book:update",
    "book:delete",
];

const ADMIN_PERMISSIONS: [&str; 5] =
    ["read:articles", "create:articles", "update:articles", "delete:articles", "manage:system"];

/// A kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Sends no token.
    Nobody,
    /// May read.
    Reader,
    /// May read and write, and has the role `editor`.
    Editor,
    /// May do everything.
    Admin,
    /// The admin, with a token that expired an hour ago.
    Expired,
    /// The admin, with a token for another API.
    WrongAudience,
}

impl Caller {
    /// A fresh token of `issuer` for this caller; `None` for the caller without a token.
    #[must_use]
    pub fn token(self, issuer: &TestIssuer) -> Option<String> {
        let token = issuer.token().expires_in(LIFETIME);
        let token = match self {
            Self::Nobody => return None,
            Self::Reader => token
                .subject("reader")
                .scopes(["read:messages", "book:read"])
                .roles(["viewer"])
                .permissions(["read:articles"]),
            Self::Editor => token
                .subject("editor")
                .scopes(["read:messages", "write:messages", "book:read", "book:create", "book:update"])
                .roles(["editor"])
                .permissions(["read:articles", "create:articles", "update:articles"]),
            Self::Admin => token
                .subject("admin")
                .scopes(ADMIN_SCOPES)
                .roles(["admin", "superuser"])
                .permissions(ADMIN_PERMISSIONS),
            Self::Expired => token.subject("admin").scopes(ADMIN_SCOPES).expired(),
            Self::WrongAudience => {
                token.subject("admin").scopes(ADMIN_SCOPES).audience("https://other.example.com")
            }
        };
        Some(token.sign())
    }
}
