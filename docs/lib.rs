//! Compiles the book in `src`: the code on each page is a doctest of this package.
//!
//! `tests/book.rs` checks what the compiler does not read: links, TOML, JSON, and the names of
//! variables.

#![forbid(unsafe_code)]

/// Compiles the code blocks of pages.
macro_rules! pages {
    ($($page:literal)+) => {
        $(#[cfg(doctest)] #[doc = include_str!($page)] const _: () = ();)+
    };
}

pages! {
    "../README.md"
    "src/browsers.md"
    "src/configuration.md"
    "src/current-user.md"
    "src/dynamic-rules.md"
    "src/error-bodies.md"
    "src/errors.md"
    "src/from-hs256.md"
    "src/grpc.md"
    "src/guard.md"
    "src/issuers.md"
    "src/migrating-from-jsonwebtoken.md"
    "src/migrating-from-python.md"
    "src/observability.md"
    "src/owners.md"
    "src/private-ca.md"
    "src/providers.md"
    "src/start-axum.md"
    "src/start-bare.md"
    "src/start-rocket.md"
    "src/start-tower.md"
    "src/start-warp.md"
    "src/testing.md"
    "src/two-apis.md"
    "src/uploads.md"
    "src/websocket.md"
    "src/worker.md"
    "src/writing-an-adapter.md"
}
