//! The ways in which an issuer's answers can be wrong.

use std::io::{self, Write};
use std::time::Duration;

use http::{HeaderValue, Response, StatusCode, header};

use super::stream::Stream;
use super::{gzip, server};

/// How an endpoint of a [`TestIssuer`](super::TestIssuer) answers, set by
/// [`TestIssuer::behave`](super::TestIssuer::behave).
///
/// Delays are in real time, because sockets do not use the test's clock. Keep them short, or drop
/// the issuer to end them.
///
/// # Examples
/// Fetched keys stay in use while the issuer is down:
/// ```
/// use axioms_core::http::StatusCode;
/// use axioms_core::{Algorithm, Validator};
/// use axioms_testing::{AUDIENCE, Behaviour, Endpoint, TestIssuer};
///
/// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
/// let validator = Validator::builder().issuer(issuer.url()).audience(AUDIENCE).build()?;
/// for outage in [Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE), Behaviour::Html, Behaviour::Disconnect] {
///     issuer.behave(Endpoint::Jwks, outage);
///     assert!(validator.validate(&issuer.token().sign()).is_ok());
/// }
/// # Ok::<(), axioms_core::BuildError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Behaviour {
    /// A correct answer.
    #[default]
    Normal,
    /// This status without a body.
    Status(StatusCode),
    /// The correct body with this status and this media type.
    Labelled(StatusCode, &'static str),
    /// 200 and a web page, as from a captive portal or a proxy's login form.
    Html,
    /// 302 to this address.
    Redirect(String),
    /// 200 with exactly these bytes, as JSON.
    Body(Vec<u8>),
    /// A correct answer after this delay.
    Delay(Duration),
    /// A correct answer, one byte at a time, with this pause after each byte.
    Drip(Duration),
    /// No answer until the issuer is dropped or a minute has passed.
    Hang,
    /// The connection closes after the request is read.
    Disconnect,
    /// The connection is reset (TCP RST) after the request is read.
    Reset,
    /// The connection closes after half of the body.
    Truncate,
    /// The length in the header is half that of the body, which is sent completely.
    LengthTooShort,
    /// The length in the header is one more than that of the body, after which the connection
    /// closes.
    LengthTooLong,
    /// A correct answer with this many spaces before the body, which is valid JSON.
    Huge(u64, Framing),
    /// [`Behaviour::Huge`] with the spaces compressed by gzip to a hundredth.
    GzipBomb(usize),
}

/// How the end of a body is marked ([RFC 9112 section
/// 6](https://www.rfc-editor.org/rfc/rfc9112#section-6)).
///
/// # Examples
/// ```
/// use axioms_core::Algorithm;
/// use axioms_testing::{Behaviour, Endpoint, Framing, RawRequest, TestIssuer};
///
/// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
/// issuer.behave(Endpoint::Jwks, Behaviour::Huge(1_000_000, Framing::Chunked));
/// let answer = RawRequest::get("/.well-known/jwks.json").send(issuer.address())?;
/// assert!(answer.body().len() > 1_000_000);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// By `Content-Length`, so that a client knows the size beforehand.
    ContentLength,
    /// By chunks, each with its length.
    Chunked,
    /// By the end of the connection.
    Close,
}

/// Waits, and returns whether there is still a client to serve.
pub(super) trait Pause {
    fn pause(&self, duration: Duration) -> bool;
}

/// The longest duration of [`Behaviour::Hang`], so that a leaked issuer does not keep threads
/// forever.
const HANG: Duration = Duration::from_secs(60);

impl Behaviour {
    /// Answers with this behaviour instead of the correct answer `good`.
    pub(super) fn answer(
        &self,
        good: &Response<Vec<u8>>,
        stream: &mut Stream,
        time: &impl Pause,
    ) -> io::Result<()> {
        match self {
            Self::Normal => send(stream, good),
            Self::Status(code) => send(stream, &status(*code)),
            Self::Labelled(code, media_type) => send(stream, &labelled(good, *code, media_type)),
            Self::Html => send(stream, &html()),
            Self::Redirect(to) => send(stream, &redirect(to)),
            Self::Body(bytes) => send(stream, &json(bytes.clone())),
            Self::Delay(pause) if time.pause(*pause) => send(stream, good),
            Self::Delay(_) | Self::Disconnect => Ok(()),
            Self::Reset => {
                stream.reset()?;
                // A later write could arrive before the reset.
                Err(io::ErrorKind::ConnectionReset.into())
            }
            Self::Drip(pause) => drip(stream, good, || time.pause(*pause)),
            Self::Hang => {
                time.pause(HANG);
                Ok(())
            }
            Self::Truncate => {
                stream.write_all(&server::head(good))?;
                let body = good.body();
                stream.write_all(&body[..body.len() / 2])
            }
            Self::LengthTooShort => send(stream, &with_length(good, good.body().len() as u64 / 2)),
            Self::LengthTooLong => send(stream, &with_length(good, good.body().len() as u64 + 1)),
            Self::Huge(padding, framing) => huge(stream, good, *padding, *framing),
            Self::GzipBomb(padding) => send(stream, &gzipped(good, *padding)),
        }
    }
}

fn send(stream: &mut Stream, response: &Response<Vec<u8>>) -> io::Result<()> {
    stream.write_all(&server::head(response))?;
    stream.write_all(response.body())
}

/// A response without a body.
pub(super) fn status(code: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = code;
    response
}

/// A successful response with the media type JSON.
pub(super) fn json(body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn labelled(good: &Response<Vec<u8>>, code: StatusCode, media_type: &'static str) -> Response<Vec<u8>> {
    let mut response = good.clone();
    *response.status_mut() = code;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

fn html() -> Response<Vec<u8>> {
    let mut response = Response::new(b"<!doctype html><title>Sign in</title><p>Please sign in.</p>".to_vec());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

fn redirect(to: &str) -> Response<Vec<u8>> {
    let mut response = status(StatusCode::FOUND);
    let location = HeaderValue::from_str(to).expect("an address to redirect to has no control characters");
    response.headers_mut().insert(header::LOCATION, location);
    response
}

fn with_length(good: &Response<Vec<u8>>, length: u64) -> Response<Vec<u8>> {
    let mut response = good.clone();
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    response
}

fn gzipped(good: &Response<Vec<u8>>, padding: usize) -> Response<Vec<u8>> {
    let mut response = good.clone().map(|body| gzip::bomb(padding, &body));
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response
}

fn drip(stream: &mut Stream, good: &Response<Vec<u8>>, pause: impl Fn() -> bool) -> io::Result<()> {
    // Otherwise the system would combine the bytes into larger packets.
    stream.socket().set_nodelay(true)?;
    for byte in server::head(good).iter().chain(good.body()) {
        stream.write_all(&[*byte])?;
        if !pause() {
            break;
        }
    }
    Ok(())
}

fn huge(stream: &mut Stream, good: &Response<Vec<u8>>, padding: u64, framing: Framing) -> io::Result<()> {
    const BLOCK: &[u8] = &[b' '; 16 * 1024];

    stream.write_all(&huge_head(good, padding, framing))?;
    let mut left = padding;
    while left > 0 {
        let part = usize::try_from(left).unwrap_or(usize::MAX).min(BLOCK.len());
        write_part(stream, &BLOCK[..part], framing)?;
        left -= part as u64;
    }
    write_part(stream, good.body(), framing)?;
    if framing == Framing::Chunked { stream.write_all(b"0\r\n\r\n") } else { Ok(()) }
}

fn huge_head(good: &Response<Vec<u8>>, padding: u64, framing: Framing) -> Vec<u8> {
    match framing {
        Framing::ContentLength => server::head(&with_length(good, padding + good.body().len() as u64)),
        Framing::Chunked => {
            let mut response = good.clone();
            response.headers_mut().insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
            server::head(&response)
        }
        Framing::Close => {
            b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n".to_vec()
        }
    }
}

/// Writes a part of a body. It skips empty parts, because an empty chunk would end the body.
fn write_part(stream: &mut Stream, part: &[u8], framing: Framing) -> io::Result<()> {
    if framing == Framing::Chunked {
        write!(stream, "{:x}\r\n", part.len())?;
        stream.write_all(part)?;
        return stream.write_all(b"\r\n");
    }
    stream.write_all(part)
}
