//! The address that the server listens on: the environment variable `ADDR`, or `127.0.0.1:8000`.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};

/// The address that failed, and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on ADDR={address}: {cause}; set ADDR to a free address, such as 127.0.0.1:8001")]
pub struct AddressError {
    address: String,
    cause: io::Error,
}

impl AddressError {
    /// The error for an address that cannot be used because of `cause`.
    #[must_use]
    pub fn new(cause: io::Error) -> Self {
        Self { address: requested(), cause }
    }
}

fn requested() -> String {
    std::env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:8000".to_owned())
}

/// Opens the listener. Port 0 means any free one.
///
/// # Errors
/// When the address is invalid or in use.
pub fn listen() -> Result<TcpListener, AddressError> {
    TcpListener::bind(requested()).map_err(AddressError::new)
}

/// The address, for a framework that opens the listener itself.
///
/// # Errors
/// When the address is invalid.
pub fn resolve() -> Result<SocketAddr, AddressError> {
    let mut addresses = requested().to_socket_addrs().map_err(AddressError::new)?;
    addresses.next().ok_or_else(|| AddressError::new(io::ErrorKind::AddrNotAvailable.into()))
}
