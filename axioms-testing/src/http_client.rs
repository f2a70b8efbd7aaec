//! An HTTP/1.1 client that sends exactly what the test says, byte for byte: two `Authorization`
//! lines, invalid bytes, a body that is announced and never sent.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use http::{Response, StatusCode, header};

use super::wire::{self, invalid, read_line};

/// The longest wait for the server to read or send the next bytes.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A request, as raw bytes.
///
/// `Host` and `Connection: close` are added. Nothing is checked or escaped, so it can send requests
/// that ordinary clients refuse to send.
///
/// # Examples
/// A refusal must come before the body is read, so announce a body and never send it:
/// ```no_run
/// use axioms_testing::RawRequest;
///
/// # let address = "127.0.0.1:8000".parse().unwrap();
/// let response = RawRequest::new("POST", "/api/books/")
///     .header("Authorization", "Bearer not-a-token")
///     .header("Authorization", "Bearer another")
///     .announce_body(1_000_000)
///     .send(address)?;
/// assert_eq!(response.status(), 400);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct RawRequest {
    head_only: bool,
    request_line: Vec<u8>,
    lines: Vec<u8>,
    body: Vec<u8>,
}

impl RawRequest {
    /// Creates a request with this method and this target, which may contain a query.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            head_only: method == "HEAD",
            request_line: format!("{method} {target} HTTP/1.1\r\n").into_bytes(),
            lines: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Creates a `GET` request.
    #[must_use]
    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// Adds a header after the others. Two headers with one name are two lines.
    #[must_use]
    pub fn header(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.line([name.as_bytes(), b": ", value.as_ref()].concat())
    }

    /// Adds `Authorization: Bearer` with this token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    /// Adds one line to the head, unchecked.
    #[must_use]
    pub fn line(mut self, line: impl AsRef<[u8]>) -> Self {
        self.lines.extend(line.as_ref());
        self.lines.extend(b"\r\n");
        self
    }

    /// Sends a body with its length.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        let length = self.body.len();
        self.announce_body(length)
    }

    /// Announces a body of this length, and sends none of it.
    #[must_use]
    pub fn announce_body(self, length: usize) -> Self {
        self.header("Content-Length", length.to_string())
    }

    /// Announces a body of this length, and sends only its beginning.
    #[must_use]
    pub fn begin_body(mut self, length: usize, beginning: impl Into<Vec<u8>>) -> Self {
        self.body = beginning.into();
        self.announce_body(length)
    }

    /// Sends the request and reads the response. The body is returned without its framing.
    ///
    /// # Errors
    /// If the connection fails, ends too early, or is silent for ten seconds, or the answer is not
    /// HTTP.
    pub fn send(&self, address: SocketAddr) -> io::Result<Response<Vec<u8>>> {
        // A server that refuses may close before it has read everything. Its answer counts, if
        // there is one.
        self.exchange(address, |answer, sent| answer.or_else(|error| sent.and(Err(error))))
    }

    /// Sends the request like [`RawRequest::send`], but fails if the server does not read all of
    /// it, as most clients do.
    ///
    /// # Errors
    /// As [`RawRequest::send`].
    pub fn send_all(&self, address: SocketAddr) -> io::Result<Response<Vec<u8>>> {
        self.exchange(address, |answer, sent| sent.and(answer))
    }

    fn exchange(
        &self,
        address: SocketAddr,
        outcome: impl FnOnce(io::Result<Response<Vec<u8>>>, io::Result<()>) -> io::Result<Response<Vec<u8>>>,
    ) -> io::Result<Response<Vec<u8>>> {
        let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        let sent = stream.write_all(&self.to_bytes(address));
        let mut reader = BufReader::new(stream);
        let mut response = outcome(read_head(&mut reader), sent)?;
        if !self.head_only && may_have_body(response.status()) {
            *response.body_mut() = read_body(&mut reader, &response)?;
        }
        Ok(response)
    }

    fn to_bytes(&self, address: SocketAddr) -> Vec<u8> {
        let host = format!("Host: {address}\r\nConnection: close\r\n");
        [&self.request_line, host.as_bytes(), &self.lines, b"\r\n", &self.body].concat()
    }
}

/// The head of the final response. Interim responses, such as 100, are skipped.
fn read_head(reader: &mut impl BufRead) -> io::Result<Response<Vec<u8>>> {
    loop {
        let mut response = Response::new(Vec::new());
        *response.status_mut() = read_status(&read_line(reader)?)?;
        *response.headers_mut() = wire::read_headers(reader)?;
        if !response.status().is_informational() {
            return Ok(response);
        }
    }
}

fn read_status(line: &[u8]) -> io::Result<StatusCode> {
    let code = line.strip_prefix(b"HTTP/1.1 ").or_else(|| line.strip_prefix(b"HTTP/1.0 "));
    let code = code.and_then(|rest| rest.get(..3)).ok_or_else(|| invalid("the answer is not HTTP/1"))?;
    StatusCode::from_bytes(code).map_err(invalid)
}

fn may_have_body(status: StatusCode) -> bool {
    status != StatusCode::NO_CONTENT && status != StatusCode::NOT_MODIFIED
}

fn read_body(reader: &mut impl BufRead, response: &Response<Vec<u8>>) -> io::Result<Vec<u8>> {
    if response.headers().contains_key(header::TRANSFER_ENCODING) {
        return read_chunks(reader);
    }
    let mut body = Vec::new();
    match response.headers().get(header::CONTENT_LENGTH) {
        Some(length) => {
            let length: u64 = length.to_str().map_err(invalid)?.parse().map_err(invalid)?;
            reader.take(length).read_to_end(&mut body)?;
            if (body.len() as u64) < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        None => drop(reader.read_to_end(&mut body)?),
    }
    Ok(body)
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = String::from_utf8(read_line(reader)?).map_err(invalid)?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let length = usize::from_str_radix(digits, 16).map_err(invalid)?;
        if length == 0 {
            // The end of the connection ends any trailers.
            return Ok(body);
        }
        let start = body.len();
        body.resize(start + length, 0);
        reader.read_exact(&mut body[start..])?;
        read_line(reader)?;
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Sends `request` to a server that answers with exactly `answer`. Returns what the server
    /// received and what the client read.
    fn exchange(request: &RawRequest, answer: &'static [u8]) -> (Vec<u8>, io::Result<Response<Vec<u8>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let expected = request.to_bytes(address).len();
        let serving = thread::spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            let mut received = vec![0; expected];
            stream.read_exact(&mut received).unwrap();
            stream.write_all(answer).unwrap();
            received
        });
        let response = request.send(address);
        (serving.join().unwrap(), response)
    }

    #[test]
    fn a_request_goes_out_as_it_was_written() {
        let request = RawRequest::new("POST", "/a?b")
            .header("X", "1")
            .header("X", b"\xFF")
            .line("no colon")
            .bearer("t")
            .body("hello");
        let (received, _) = exchange(&request, b"HTTP/1.1 204 No Content\r\n\r\n");
        let tail: &[u8] = b"Connection: close\r\nX: 1\r\nX: \xFF\r\nno colon\r\nAuthorization: Bearer t\r\nContent-Length: 5\r\n\r\nhello";
        assert!(received.starts_with(b"POST /a?b HTTP/1.1\r\nHost: 127.0.0.1:"));
        assert!(received.ends_with(tail), "{}", received.escape_ascii());
    }

    #[test]
    fn an_announced_body_is_not_sent() {
        let request = RawRequest::new("POST", "/").announce_body(9);
        let (received, response) =
            exchange(&request, b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        assert!(received.ends_with(b"Content-Length: 9\r\n\r\n"));
        assert_eq!(response.unwrap().status(), 401);
    }

    #[test]
    fn a_body_ends_as_its_framing_says() {
        let answers: [&[u8]; 4] = [
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
            b"HTTP/1.1 200 OK\r\n\r\nhello",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        ];
        for answer in answers {
            let (_, response) = exchange(&RawRequest::get("/"), answer);
            assert_eq!(response.unwrap().body(), b"hello", "{}", answer.escape_ascii());
        }
    }

    #[test]
    fn a_response_to_head_has_no_body_to_wait_for() {
        let (_, response) =
            exchange(&RawRequest::new("HEAD", "/"), b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        assert_eq!(response.unwrap().body(), b"");
    }

    #[test]
    fn duplicate_headers_are_kept_in_order() {
        let (_, response) =
            exchange(&RawRequest::get("/"), b"HTTP/1.1 401 No\r\nA: 1\r\na:2 \r\nContent-Length: 0\r\n\r\n");
        let response = response.unwrap();
        assert_eq!(response.headers().get_all("a").iter().collect::<Vec<_>>(), ["1", "2"]);
    }

    #[test]
    fn an_answer_that_ends_early_is_an_error() {
        for answer in
            [&b""[..], b"HTTP/1.1 200 OK\r\nContent-Len", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"]
        {
            let (_, response) = exchange(&RawRequest::get("/"), answer);
            assert_eq!(response.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        }
    }
}
