//! Connects to a host with several addresses, some of which may be dead (RFC 8305), and to
//! `localhost`.
//!
//! This is the part of the HTTP client that handles sockets; ureq does the rest.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use http::Uri;
use http::uri::Scheme;
use ureq::Error;
use ureq::config::Config;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout,
    RustlsConnector, Transport,
};

use super::reach;

/// How long to wait for one address before the next one is tried in parallel (RFC 8305 section 5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);
/// How many addresses of a host are tried. Each attempt has a thread that may live until the
/// deadline.
const MAX_ATTEMPTS: usize = 8;
/// An upper limit that is longer than every deadline.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Connects through the proxy if there is one, to the first address that answers, with TLS for
/// https.
pub(super) fn connector() -> impl Connector {
    ().chain(ConnectProxyConnector::default()).chain(TcpConnector).chain(RustlsConnector::default())
}

/// Resolves the addresses of a host with the system's resolver, except for `localhost` and its
/// subdomains, which always resolve to this machine (RFC 6761 section 6.3).
#[derive(Debug, Default)]
pub(super) struct HostResolver(DefaultResolver);

impl Resolver for HostResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let host = uri.host().unwrap_or_default();
        if reach::address(host).is_some() || !reach::is_loopback(host) {
            return self.0.resolve(uri, config, timeout);
        }
        let default = if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(default);
        let mut addresses = self.empty();
        addresses.push((Ipv6Addr::LOCALHOST, port).into());
        addresses.push((Ipv4Addr::LOCALHOST, port).into());
        Ok(addresses)
    }
}

#[derive(Debug)]
struct TcpConnector;

impl<In: Transport> Connector<In> for TcpConnector {
    type Out = Either<In, TcpTransport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        // The connection to a proxy.
        if let Some(transport) = chained {
            return Ok(Some(Either::A(transport)));
        }
        let left = left(details.timeout)?;
        let stream = race(alternate(&details.addrs), left, ATTEMPT_DELAY, |address, left| {
            TcpStream::connect_timeout(&address, left)
        });
        let stream = stream.map_err(|error| timed_out(error, details.timeout))?;
        stream.set_nodelay(true)?;
        let buffers =
            LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Either::B(TcpTransport { stream, buffers })))
    }
}

/// Alternates the address families, so that a family without a route does not delay the other (RFC
/// 8305 section 4). The system's order decides which family is first, and is kept within each
/// family.
fn alternate(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (one, other): (Vec<_>, Vec<_>) =
        addresses.iter().copied().partition(|address| address.is_ipv6() == first_is_v6);
    let (mut one, mut other) = (one.into_iter(), other.into_iter());
    let turns = std::iter::from_fn(|| match (one.next(), other.next()) {
        (None, None) => None,
        turn => Some(<[Option<SocketAddr>; 2]>::from(turn)),
    });
    turns.flatten().flatten().take(MAX_ATTEMPTS).collect()
}

/// Connects to the address that answers first. The next address is tried after `delay`, or as soon
/// as an attempt fails.
fn race<T: Send + 'static>(
    addresses: Vec<SocketAddr>,
    left: Duration,
    delay: Duration,
    connect: impl Fn(SocketAddr, Duration) -> io::Result<T> + Copy + Send + 'static,
) -> io::Result<T> {
    if let [only] = *addresses {
        return connect(only, left);
    }
    let begun = Instant::now();
    let left = || match left.saturating_sub(begun.elapsed()) {
        Duration::ZERO => Err(io::Error::from(io::ErrorKind::TimedOut)),
        left => Ok(left),
    };
    let (sender, receiver) = mpsc::channel();
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let mut under_way: usize = 0;
    let mut addresses = addresses.into_iter();
    loop {
        let left = left()?;
        let pause = match addresses.next() {
            Some(address) => {
                let sender = sender.clone();
                // If the race is over, the connection is dropped with the message.
                let attempt = move || drop(sender.send(connect(address, left)));
                if let Err(error) = thread::Builder::new().name("axioms-connect".to_owned()).spawn(attempt) {
                    failure = error;
                    continue;
                }
                under_way += 1;
                if addresses.len() > 0 { delay.min(left) } else { left }
            }
            None if under_way == 0 => return Err(failure),
            None => left,
        };
        match receiver.recv_timeout(pause) {
            Ok(Ok(connected)) => return Ok(connected),
            Ok(Err(error)) => {
                under_way -= 1;
                failure = error;
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
}

/// The connection of one request. It is never reused, so a failed request leaves no state behind.
#[derive(Debug)]
struct TcpTransport {
    stream: TcpStream,
    buffers: LazyBuffers,
}

impl Transport for TcpTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.set_write_timeout(Some(left(timeout)?))?;
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output).map_err(|error| timed_out(error, timeout))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let (begun, left) = (Instant::now(), left(timeout)?);
        let read = loop {
            let left = left.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(Error::Timeout(timeout.reason));
            }
            self.stream.set_read_timeout(Some(left))?;
            match self.stream.read(self.buffers.input_append_buf()) {
                // A signal, such as a profiler's, neither ends nor extends the wait.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read.map_err(|error| timed_out(error, timeout))?,
            }
        };
        self.buffers.input_appended(read);
        Ok(read > 0)
    }

    fn is_open(&mut self) -> bool {
        false
    }
}

/// The remaining time, as a timeout for a socket: neither zero nor infinite.
fn left(timeout: NextTimeout) -> Result<Duration, Error> {
    if timeout.after.is_zero() {
        return Err(Error::Timeout(timeout.reason));
    }
    Ok((*timeout.after).min(LONGEST_WAIT))
}

/// Converts a socket's timeout into ureq's error. On Unix, the socket reports `WouldBlock`.
fn timed_out(error: io::Error, timeout: NextTimeout) -> Error {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Error::Timeout(timeout.reason),
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn v4(last: u8) -> SocketAddr {
        ([192, 0, 2, last], 443).into()
    }

    fn v6(last: u16) -> SocketAddr {
        ([0x2001, 0xdb8, 0, 0, 0, 0, 0, last], 443).into()
    }

    #[test]
    fn families_alternate_and_the_system_says_which_is_first() {
        let rows = [
            (vec![v6(1), v6(2), v6(3), v4(1), v4(2)], vec![v6(1), v4(1), v6(2), v4(2), v6(3)]),
            (vec![v4(1), v4(2), v6(1)], vec![v4(1), v6(1), v4(2)]),
            (vec![v4(1)], vec![v4(1)]),
            (vec![], vec![]),
        ];
        for (given, expected) in rows {
            assert_eq!(alternate(&given), expected);
        }
        let many: Vec<_> = (1..=12).map(v6).chain((1..=4).map(v4)).collect();
        let tried = alternate(&many);
        assert_eq!((tried.len(), tried.iter().filter(|address| address.is_ipv4()).count()), (8, 4));
    }

    /// 192.0.2.9 answers, other IPv4 addresses refuse, and IPv6 addresses never answer.
    fn connect(address: SocketAddr, _: Duration) -> io::Result<SocketAddr> {
        while address.is_ipv6() {
            thread::park();
        }
        if address == v4(9) { Ok(address) } else { Err(io::ErrorKind::ConnectionRefused.into()) }
    }

    #[test]
    fn a_dead_address_does_not_hold_up_the_one_that_answers() {
        let rows = [
            vec![v4(9)],
            vec![v6(1), v4(9)],
            vec![v6(1), v6(2), v6(3), v4(9)],
            vec![v4(1), v4(2), v4(9)],
            vec![v6(1), v4(1), v6(2), v4(9)],
        ];
        for addresses in rows {
            assert_eq!(
                race(addresses.clone(), LONG, Duration::ZERO, connect).unwrap(),
                v4(9),
                "{addresses:?}"
            );
        }
    }

    #[test]
    fn if_none_answers_the_last_error_is_returned() {
        let of = |addresses: &[SocketAddr], left| {
            race(addresses.to_vec(), left, Duration::ZERO, connect).unwrap_err().kind()
        };
        assert_eq!(of(&[v4(1), v4(2)], LONG), io::ErrorKind::ConnectionRefused);
        assert_eq!(of(&[v4(1)], LONG), io::ErrorKind::ConnectionRefused);
        assert_eq!(of(&[v6(1), v6(2)], Duration::from_millis(1)), io::ErrorKind::TimedOut);
        assert_eq!(of(&[], LONG), io::ErrorKind::AddrNotAvailable);
    }

    #[test]
    fn localhost_is_this_machine_whatever_the_system_says() {
        let resolve = |url: &str| {
            let uri: Uri = url.parse().unwrap();
            HostResolver::default()
                .resolve(&uri, &Config::default(), NextTimeout::default())
                .unwrap()
                .to_vec()
        };
        for (url, port) in [
            ("http://localhost", 80),
            ("https://LOCALHOST.", 443),
            ("http://localhost:8080/jwks", 8080),
            // No resolver knows this name.
            ("https://no-such-host.localhost:1", 1),
        ] {
            let expected: [SocketAddr; 2] =
                [(Ipv6Addr::LOCALHOST, port).into(), (Ipv4Addr::LOCALHOST, port).into()];
            assert_eq!(resolve(url), expected, "{url}");
        }
        assert_eq!(resolve("http://127.0.0.2:1"), [([127, 0, 0, 2], 1).into()]);
    }
}
