//! A keep-alive connection of HTTP/1.1 that reads answers as cheaply as can be: their status, and where they end.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than a request can wait for two fetches of keys.
const TIMEOUT: Duration = Duration::from_secs(20);
/// More than the answers of the servers under load.
const LONGEST_ANSWER: usize = 16 * 1024;

/// A connection to a server.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    closing: bool,
}

impl Connection {
    /// # Errors
    /// When nobody listens.
    pub(crate) fn open(server: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&server, TIMEOUT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        Ok(Self { stream, buffer: vec![0; LONGEST_ANSWER], closing: false })
    }

    /// # Errors
    /// When the server does not take the request.
    pub(crate) fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.write_all(request)
    }

    /// Reads one answer; its status.
    ///
    /// # Errors
    /// When the connection ends first, nothing comes for long, or what comes is not an answer with a length.
    pub(crate) fn receive(&mut self) -> io::Result<u16> {
        let mut filled = 0;
        loop {
            let free = self.buffer.get_mut(filled..).unwrap_or_default();
            match self.stream.read(free)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => filled += read,
            }
            let received = self.buffer.get(..filled).unwrap_or_default();
            if let Some(head) = Head::parse(received)?
                && filled >= head.length
            {
                self.closing = head.closing;
                return Ok(head.status);
            }
        }
    }

    /// Whether the last answer said that the connection ends with it.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing
    }
}

/// What an answer's head says.
struct Head {
    status: u16,
    /// Of the whole answer, in bytes.
    length: usize,
    closing: bool,
}

impl Head {
    /// `None` while it is not complete.
    fn parse(received: &[u8]) -> io::Result<Option<Self>> {
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut answer = httparse::Response::new(&mut headers);
        let body = match answer.parse(received).map_err(io::Error::other)? {
            httparse::Status::Complete(body) => body,
            httparse::Status::Partial => return Ok(None),
        };
        let status = answer.code.ok_or(io::ErrorKind::InvalidData)?;
        let header = |name: &str| {
            let found = answer.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
            found.and_then(|header| std::str::from_utf8(header.value).ok())
        };
        let length = match header("content-length") {
            Some(length) => length.parse().map_err(io::Error::other)?,
            None if status == 204 => 0,
            None => return Err(io::Error::other("the answer has no length")),
        };
        let closing = header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        Ok(Some(Self { status, length: body + length, closing }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_complete_with_its_body() {
        let text = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
        for cut in 0..text.len() {
            let head = Head::parse(&text[..cut]).unwrap();
            assert!(head.is_none_or(|head| head.length == text.len()), "{cut}");
        }
        let head = Head::parse(text).unwrap().unwrap();
        assert_eq!((head.status, head.length, head.closing), (401, text.len(), true));
    }

    #[test]
    fn an_answer_without_a_length_is_an_error() {
        assert!(Head::parse(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(Head::parse(b"220 smtp\r\n").is_err());
        assert_eq!(Head::parse(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap().unwrap().length, 27);
    }
}
