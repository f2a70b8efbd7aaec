//! A load generator: one thread keeps a ring of connections busy, each with one request under way, so that a server
//! always finds the next request waiting and its core never idles.

mod connection;
mod latency;

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

pub(crate) use connection::Connection;
pub(crate) use latency::Latencies;

/// What is sent, and what becomes of it.
pub(crate) trait Traffic {
    /// Tells the requests apart when their answers come.
    type Kind: Copy;

    /// The next request, head and body as bytes; `None` ends the traffic, for good.
    fn next(&mut self) -> Option<(Self::Kind, &[u8])>;

    /// A request was answered, or its connection was lost.
    fn answered(&mut self, kind: Self::Kind, answer: Answer);
}

/// What came back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    /// The status; `None` where the connection failed instead.
    pub(crate) status: Option<u16>,
    /// From the first byte sent to the last one received.
    pub(crate) latency: Duration,
}

/// Sends `traffic` over this many connections until it ends, and collects every answer.
///
/// # Errors
/// When a connection cannot be made.
pub(crate) fn drive<T: Traffic>(server: SocketAddr, connections: usize, traffic: &mut T) -> io::Result<()> {
    let ring = (0..connections).map(|_| Ok((Connection::open(server)?, None)));
    let mut ring = ring.collect::<io::Result<Vec<(Connection, Option<(T::Kind, Instant)>)>>>()?;
    loop {
        let mut busy = false;
        for (connection, under_way) in &mut ring {
            if let Some((kind, sent)) = under_way.take() {
                let status = connection.receive();
                traffic.answered(
                    kind,
                    Answer { status: status.as_ref().ok().copied(), latency: sent.elapsed() },
                );
                if status.is_err() || connection.is_closing() {
                    *connection = Connection::open(server)?;
                }
            }
            if let Some((kind, request)) = traffic.next() {
                *under_way = Some((kind, Instant::now()));
                // A failure shows again when the answer is read.
                drop(connection.send(request));
                busy = true;
            }
        }
        if !busy {
            return Ok(());
        }
    }
}
