//! A minimal HTTP/1.1 server (RFC 9112): one request per connection, bodies with `Content-Length`
//! only, and a limit on size and time everywhere.

use std::io::{self, Cursor, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use axioms_core::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use axioms_core::http::{Method, Request, Response, StatusCode};
use example_common::failure::Failure;
use httparse::Status;

/// How many requests are served at once.
const WORKERS: usize = 16;

/// The time that a client has to send a request.
const PATIENCE: Duration = Duration::from_secs(10);

/// The maximum length of the head, which has room for the longest token.
const HEAD_LIMIT: usize = 32 * 1024;

/// How long an answered client may keep sending.
const LINGER: Duration = Duration::from_secs(5);

/// Serves connections until the program ends. `answer` gets a request and a reader of its body. An
/// answered client may send `linger_limit` more bytes.
pub(crate) fn serve(
    listener: &TcpListener,
    linger_limit: u64,
    answer: impl Fn(&Request<()>, &mut dyn Read) -> Response<String> + Sync,
) {
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    // A broken connection affects only its client.
                    let served =
                        listener.accept().and_then(|(stream, _)| exchange(&stream, linger_limit, &answer));
                    drop(served);
                }
            });
        }
    });
}

fn exchange(
    stream: &TcpStream,
    linger_limit: u64,
    answer: impl Fn(&Request<()>, &mut dyn Read) -> Response<String>,
) -> io::Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut client = Timed { stream, deadline: Instant::now() + PATIENCE };
    let Some(Received { request, rest }) = read_head(&mut client)? else {
        let failure = Failure::InvalidRequest("The request is not HTTP/1.1");
        write(stream, &failure.into(), true)?;
        return linger(stream, linger_limit);
    };
    let response = match body_length(&request) {
        Some(length) => answer(&request, &mut rest.chain(client).take(length)),
        None => answer(&request, &mut Unreadable),
    };
    write(stream, &response, request.method() != Method::HEAD)?;
    linger(stream, linger_limit)
}

/// A request's head, and the start of its body that came with it.
struct Received {
    request: Request<()>,
    rest: Cursor<Vec<u8>>,
}

/// Reads a request's head; `None` if it is too long or not HTTP/1.1.
fn read_head(client: &mut impl Read) -> io::Result<Option<Received>> {
    let mut bytes = Vec::new();
    let mut block = [0; 4096];
    while bytes.len() < HEAD_LIMIT {
        let read = client.read(&mut block)?;
        bytes.extend(block.iter().take(read));
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Request::new(&mut headers);
        match head.parse(&bytes) {
            Ok(Status::Complete(length)) => {
                let request = to_request(&head);
                let rest = Cursor::new(bytes.split_off(length));
                return Ok(request.map(|request| Received { request, rest }));
            }
            Ok(Status::Partial) if read > 0 => {}
            Ok(Status::Partial) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Err(_) => break,
        }
    }
    Ok(None)
}

fn to_request(head: &httparse::Request<'_, '_>) -> Option<Request<()>> {
    let mut request = Request::builder().method(head.method?).uri(head.path?);
    for header in &*head.headers {
        request = request.header(header.name, header.value);
    }
    request.body(()).ok()
}

/// The length of the body; `None` if the request gives it in an unsupported way.
fn body_length(request: &Request<()>) -> Option<u64> {
    let mut lengths = request.headers().get_all(CONTENT_LENGTH).iter();
    match (lengths.next(), lengths.next(), request.headers().get(TRANSFER_ENCODING)) {
        (None, None, None) => Some(0),
        (Some(length), None, None) => length.to_str().ok()?.parse().ok(),
        _ => None,
    }
}

fn write(mut stream: &TcpStream, response: &Response<String>, with_body: bool) -> io::Result<()> {
    let mut bytes = format!("HTTP/1.1 {}\r\nconnection: close\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    if response.status() != StatusCode::NO_CONTENT {
        bytes.extend(format!("content-length: {}\r\n", response.body().len()).into_bytes());
    }
    bytes.extend(b"\r\n");
    if with_body {
        bytes.extend(response.body().as_bytes());
    }
    stream.write_all(&bytes)
}

/// Reads and discards what the client still sends. Closing with unread bytes would reset the
/// connection, and the client could lose the answer.
fn linger(stream: &TcpStream, limit: u64) -> io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    let rest = Timed { stream, deadline: Instant::now() + LINGER };
    io::copy(&mut rest.take(limit), &mut io::sink()).map(drop)
}

/// A connection with a deadline for all reads, however slowly the bytes arrive.
struct Timed<'s> {
    stream: &'s TcpStream,
    deadline: Instant,
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(buffer)
    }
}

/// A body in an unsupported encoding: an error only for a handler that reads it.
struct Unreadable;

impl Read for Unreadable {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
