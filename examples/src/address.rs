//! Where the server listens: the environment variable `ADDR`, or `127.0.0.1:8000`.

use std::io;
use std::net::TcpListener;

/// The address that cannot be listened on, and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on ADDR={address}: {cause}; set ADDR to a free address, such as 127.0.0.1:8001")]
pub struct AddressError {
    address: String,
    cause: io::Error,
}

/// The address as it is asked for. Port 0 stands for any free one.
#[must_use]
pub fn requested() -> String {
    std::env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:8000".to_owned())
}

/// Opens the listener.
///
/// # Errors
/// When the address is not one, or is in use.
pub fn listen() -> Result<TcpListener, AddressError> {
    let address = requested();
    TcpListener::bind(&address).map_err(|cause| AddressError { address, cause })
}
