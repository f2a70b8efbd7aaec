//! Reads the head of an HTTP/1.1 message (RFC 9112), for the server and the client of this crate.

use std::error::Error;
use std::io::{self, BufRead};

use http::{HeaderMap, HeaderName, HeaderValue};

/// One line without its end. An error if the connection ends instead.
pub(super) fn read_line(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    line.strip_suffix(b"\r\n").map(<[u8]>::to_vec).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// The header lines, up to and including the empty line.
pub(super) fn read_headers(reader: &mut impl BufRead) -> io::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    loop {
        let line = read_line(reader)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else {
            return Err(invalid("a header line has no colon"));
        };
        let name = HeaderName::from_bytes(name).map_err(invalid)?;
        let value = HeaderValue::from_bytes(value.trim_ascii()).map_err(invalid)?;
        headers.append(name, value);
    }
}

/// The peer does not speak HTTP.
pub(super) fn invalid(error: impl Into<Box<dyn Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
