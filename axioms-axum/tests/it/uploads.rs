//! A client that is refused while it sends a large body reads the whole answer, and can continue to
//! use the connection.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use axioms_axum::{AccessToken, Policy, Refusal, Refused, RequireLayer, ValidatorLayer, requires};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::Response;
use axum::middleware::{Next, from_fn, map_response};
use axum::response::IntoResponse as _;
use axum::routing::post;

use crate::support::{INNER, issuer, roles, validator, validator_for};

#[requires]
async fn guarded(body: Bytes) -> String {
    body.len().to_string()
}

async fn extracted(_: AccessToken, body: Bytes) -> String {
    body.len().to_string()
}

async fn plain(body: Bytes) -> String {
    body.len().to_string()
}

#[axioms_axum::state::requires]
async fn from_state(body: Bytes) -> String {
    body.len().to_string()
}

/// Refuses in the handler, before it reads the body.
#[requires]
async fn demands(token: AccessToken, _: Request) -> Result<String, Refused> {
    token.require(&roles("staff"))?;
    Ok(String::new())
}

#[requires(any_roles = "staff")]
async fn middleware(request: Request, next: Next) -> axum::response::Response {
    next.run(request).await
}

/// Renders refusals without the [`Refusal`] extension.
async fn page(response: Response<Body>) -> Response<Body> {
    match response.extensions().get::<Refusal>() {
        Some(refusal) => (refusal.status(), refusal.headers(), refusal.body()).into_response(),
        None => response,
    }
}

async fn serve(app: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

#[derive(Debug, Clone, Copy)]
enum Framing {
    Length,
    Chunked,
}

/// Sends a whole request before reading, as most clients do, and then another without a body on the
/// same connection. Returns both statuses, and the length of the first answer's body.
fn upload(
    address: SocketAddr,
    path: &str,
    token: &str,
    framing: Framing,
    size: usize,
) -> io::Result<(u16, usize, u16)> {
    const PIECE: usize = 16 * 1024;
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.set_write_timeout(Some(Duration::from_secs(10)))?;
    let length = match framing {
        Framing::Length => format!("Content-Length: {size}"),
        Framing::Chunked => "Transfer-Encoding: chunked".to_owned(),
    };
    let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n");
    stream.write_all(format!("{head}{length}\r\n\r\n").as_bytes())?;
    for _ in 0..size / PIECE {
        match framing {
            Framing::Length => stream.write_all(&[b'x'; PIECE])?,
            Framing::Chunked => {
                stream.write_all(format!("{PIECE:x}\r\n").as_bytes())?;
                stream.write_all(&[b'x'; PIECE])?;
                stream.write_all(b"\r\n")?;
            }
        }
    }
    if let Framing::Chunked = framing {
        stream.write_all(b"0\r\n\r\n")?;
    }
    let mut reader = BufReader::new(stream);
    let (first, body) = read_answer(&mut reader)?;
    reader.get_mut().write_all(format!("{head}Content-Length: 0\r\n\r\n").as_bytes())?;
    let (second, _) = read_answer(&mut reader)?;
    Ok((first, body, second))
}

fn read_answer(reader: &mut impl BufRead) -> io::Result<(u16, usize)> {
    let (mut line, mut status, mut length) = (String::new(), 0, 0);
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = line.trim_end().to_ascii_lowercase();
        if let Some(rest) = text.strip_prefix("http/1.1 ") {
            status = rest.get(..3).and_then(|code| code.parse().ok()).unwrap_or_default();
        } else if let Some(rest) = text.strip_prefix("content-length: ") {
            length = rest.parse().unwrap_or_default();
        } else if text.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((status, length))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_keeps_sending_reads_the_refusal() {
    let issuer = issuer();
    // The validator in the state differs from the layer's.
    let state = validator_for(&issuer, INNER);
    let routes = || {
        Router::new()
            .route("/state", post(from_state))
            .route("/guarded", post(guarded))
            .route("/extracted", post(extracted))
            .route("/demands", post(demands))
            .route("/from_fn", post(plain).layer(from_fn(middleware)))
            .route("/layered", post(plain).layer(RequireLayer::new(Policy::VALID_TOKEN)))
            .with_state(state.clone())
    };
    let install = || ValidatorLayer::new(validator(&issuer));
    let apps = [
        ("plain", serve(routes().layer(install())).await),
        ("rendered outside", serve(routes().layer(install()).layer(map_response(page))).await),
        ("rendered inside", serve(routes().layer(map_response(page)).layer(install())).await),
        ("two validators", serve(Router::new().merge(routes().layer(install())).layer(install())).await),
    ];
    let token = issuer.token().sign();
    let (bad, plain) = ("rubbish", token.as_str());
    let rows = [
        ("/guarded", bad, 401),
        ("/extracted", bad, 401),
        ("/layered", bad, 401),
        ("/from_fn", plain, 403),
        ("/state", plain, 401),
    ];
    for (app, address) in apps {
        // Only the response shows that the handler itself refused.
        let demands = (app != "rendered inside").then_some(("/demands", plain, 403));
        for (path, token, expected) in rows.into_iter().chain(demands) {
            for framing in [Framing::Length, Framing::Chunked] {
                for size in [64 * 1024, 1024 * 1024, 10 * 1024 * 1024] {
                    let token = token.to_owned();
                    let sent = move || upload(address, path, &token, framing, size);
                    let answer = tokio::task::spawn_blocking(sent).await.expect("no panic");
                    let name = format!("{app} {path} {framing:?} {size}");
                    let (status, body, next) = answer.unwrap_or_else(|error| panic!("{name}: {error}"));
                    assert_eq!((status, next), (expected, expected), "{name}");
                    assert!(body > 0, "{name}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_accepted_arrives_whole() {
    let issuer = issuer();
    let app = Router::new().route("/", post(guarded)).layer(ValidatorLayer::new(validator(&issuer)));
    let address = serve(app).await;
    for framing in [Framing::Length, Framing::Chunked] {
        let token = issuer.token().sign();
        let sent = move || upload(address, "/", &token, framing, 1024 * 1024);
        let answer = tokio::task::spawn_blocking(sent).await.expect("no panic").expect("an answer");
        assert_eq!(answer, (200, "1048576".len(), 200), "{framing:?}");
    }
}
