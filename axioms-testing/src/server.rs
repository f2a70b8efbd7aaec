//! A small HTTP/1.1 server on a loopback port: one thread accepts, one thread serves each
//! connection, and each connection serves one request.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http::{Method, Request, Response, StatusCode, Uri, header};

use super::stream::Stream;
use super::wire;

/// The number of connections served at a time. Others wait in the listener's queue.
const MAX_CONNECTIONS: usize = 128;

/// The time that a client has to send its request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Larger than any request head of these tests.
const MAX_HEAD: u64 = 64 * 1024;

/// The answer to a request that is not HTTP.
const BAD_REQUEST: &[u8] = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// A running server. Dropping it closes every connection and frees the port.
#[derive(Debug)]
pub(super) struct Server {
    address: SocketAddr,
    connections: Arc<Connections>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    /// Takes a free port of 127.0.0.1, for [`Server::start`].
    pub(super) fn listen() -> io::Result<TcpListener> {
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
    }

    /// Starts to serve. `secure` turns a connection into a stream, with or without TLS; `serve`
    /// writes the answer. An error closes the connection without an answer: the client has left, or
    /// the test wants it to believe that the server has.
    pub(super) fn start<S, F>(listener: TcpListener, secure: S, serve: F) -> io::Result<Self>
    where
        S: Fn(TcpStream) -> Stream + Send + Sync + 'static,
        F: Fn(Request<()>, &mut Stream) -> io::Result<()> + Send + Sync + 'static,
    {
        let address = listener.local_addr()?;
        let connections = Arc::new(Connections::default());
        let accepted = connections.clone();
        let accepting = thread::Builder::new()
            .name("test-issuer".to_owned())
            .spawn(move || accept(&listener, &accepted, &Arc::new((secure, serve))))?;
        Ok(Self { address, connections, accepting: Some(accepting) })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of accepted connections so far.
    pub(super) fn accepted(&self) -> usize {
        self.connections.open().accepted
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.connections.close();
        // The accepting thread sees the request to stop when it accepts a connection.
        let woken = TcpStream::connect(self.address).is_ok();
        if let Some(accepting) = self.accepting.take().filter(|_| woken) {
            // An error means that the thread panicked, which it has reported.
            let _ = accepting.join();
        }
    }
}

fn accept<S, F>(listener: &TcpListener, connections: &Arc<Connections>, protocol: &Arc<(S, F)>)
where
    S: Fn(TcpStream) -> Stream + Send + Sync + 'static,
    F: Fn(Request<()>, &mut Stream) -> io::Result<()> + Send + Sync + 'static,
{
    for stream in listener.incoming() {
        // An error is a client that left before it was accepted, or too many open files. The next
        // accept may succeed.
        let Ok(stream) = stream else { continue };
        let Ok(handle) = stream.try_clone() else { continue };
        let Some(connection) = connections.enter(handle) else { return };
        let protocol = protocol.clone();
        let serving = move || {
            let (secure, serve) = &*protocol;
            // An error here is a client that has left.
            let _ = converse(secure(stream), serve);
            // The closure owns the connection, which ends with it.
            drop(connection);
        };
        // If no thread starts, the connection is dropped, which closes it.
        let _ = thread::Builder::new().name("test-issuer-connection".to_owned()).spawn(serving);
    }
}

/// Reads a request and answers it.
fn converse<F>(mut stream: Stream, serve: &F) -> io::Result<()>
where
    F: Fn(Request<()>, &mut Stream) -> io::Result<()>,
{
    match (read_request(&mut stream), &mut stream) {
        (Ok(request), stream) => serve(request, stream)?,
        // Under TLS the handshake failed, and the client got an alert.
        (Err(error), Stream::Plain(socket)) if error.kind() == io::ErrorKind::InvalidData => {
            socket.write_all(BAD_REQUEST)?;
        }
        (Err(error), _) => return Err(error),
    }
    stream.finish()
}

/// The open connections, so that they can be counted and closed.
#[derive(Debug, Default)]
struct Connections {
    open: Mutex<Open>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct Open {
    streams: HashMap<usize, TcpStream>,
    accepted: usize,
    stopped: bool,
}

impl Connections {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a connection once there is room. Returns `None` if the server has stopped.
    fn enter(self: &Arc<Self>, handle: TcpStream) -> Option<Connection> {
        let full = |open: &mut Open| open.streams.len() >= MAX_CONNECTIONS && !open.stopped;
        let mut open = self.left.wait_while(self.open(), full).unwrap_or_else(PoisonError::into_inner);
        if open.stopped {
            return None;
        }
        let id = open.accepted;
        open.accepted += 1;
        open.streams.insert(id, handle);
        Some(Connection { id, connections: self.clone() })
    }

    fn close(&self) {
        let mut open = self.open();
        open.stopped = true;
        for stream in open.streams.values() {
            // It fails only if the client has closed the connection already.
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.left.notify_all();
    }
}

/// Unregisters a connection on drop.
struct Connection {
    id: usize,
    connections: Arc<Connections>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.connections.open().streams.remove(&self.id);
        self.connections.left.notify_all();
    }
}

/// Reads a request's head. Any body stays unread: the documents here are fetched with `GET`.
fn read_request(stream: &mut Stream) -> io::Result<Request<()>> {
    stream.socket().set_read_timeout(Some(REQUEST_TIMEOUT))?;
    let mut head = BufReader::new(stream.take(MAX_HEAD));
    // A client that starts a TLS handshake waits for an answer to it, and never ends the line.
    if head.fill_buf()?.first().is_some_and(|first| !first.is_ascii_alphabetic()) {
        return Err(wire::invalid("a request begins with its method"));
    }
    let request_line = wire::read_line(&mut head)?;
    let mut words = request_line.split(|byte| *byte == b' ');
    let mut request = Request::new(());
    *request.method_mut() = Method::from_bytes(words.next().unwrap_or_default()).map_err(wire::invalid)?;
    *request.uri_mut() = Uri::try_from(words.next().unwrap_or_default()).map_err(wire::invalid)?;
    *request.headers_mut() = wire::read_headers(&mut head)?;
    Ok(request)
}

/// The status line and the headers of a response, with the empty line. The length is the body's,
/// unless the response sets another.
pub(super) fn head(response: &Response<Vec<u8>>) -> Vec<u8> {
    let status = response.status();
    let framed = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING]
        .iter()
        .any(|name| response.headers().contains_key(name));
    let length = if framed || matches!(status, StatusCode::NOT_MODIFIED | StatusCode::NO_CONTENT) {
        String::new()
    } else {
        format!("content-length: {}\r\n", response.body().len())
    };
    let (code, reason) = (status.as_str(), status.canonical_reason().unwrap_or_default());
    let mut head = format!("HTTP/1.1 {code} {reason}\r\nconnection: close\r\n{length}").into_bytes();
    for (name, value) in response.headers() {
        head.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    head.extend(b"\r\n");
    head
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn serve(
        serve: impl Fn(Request<()>, &mut Stream) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Server> {
        Server::start(Server::listen()?, Stream::Plain, serve)
    }

    fn client(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn a_request_arrives_with_its_duplicate_headers() {
        let server = serve(|request, stream| {
            let values: Vec<_> = request.headers().get_all("x").iter().collect();
            write!(stream, "{} {} {values:?}", request.method(), request.uri())
        })
        .unwrap();
        let answer = client(&server, "GET /a?b HTTP/1.1\r\nx: 1\r\nX:2\r\n\r\n");
        assert_eq!(answer, r#"GET /a?b ["1", "2"]"#);
        assert_eq!(server.accepted(), 1);
    }

    #[test]
    fn what_is_not_http_is_a_bad_request() {
        let server = serve(|_, _| panic!("nothing to serve")).unwrap();
        for request in ["hello\r\n\r\n", "\u{16}\u{3}\u{1}"] {
            assert!(client(&server, request).starts_with("HTTP/1.1 400 "), "{request:?}");
        }
    }

    #[test]
    fn dropping_the_server_cuts_idle_connections() {
        let server = serve(|_, _| Ok(())).unwrap();
        let mut idle = TcpStream::connect(server.address()).unwrap();
        drop(server);
        let mut rest = Vec::new();
        // Closed before or after it was accepted: the end of the stream, or a reset.
        let _ = idle.read_to_end(&mut rest);
        assert_eq!(rest, b"");
    }

    #[test]
    fn a_head_names_the_length_unless_the_response_does() {
        let mut response = Response::new(b"body".to_vec());
        assert_eq!(head(&response), b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\n");
        response.headers_mut().insert("content-length", 2.into());
        assert_eq!(head(&response), b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n");
    }
}
