//! The thread that keeps the keys fresh. It starts each fetch when it is due, abandons a fetch that
//! hangs, and ends waits that last too long. It stops when its [`Jwks`](super::Jwks) is dropped.
//!
//! Everything that may block runs on the fetch thread: HTTP, logging, metrics, wakers. The keeper
//! only reads the clock, and wakes the waiters that a hung fetch thread did not wake.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::error::JwksFault;
use super::foreign::{catch_panic, mark_thread};
use super::refresh::Refresher;
use super::schedule::Fetch;
use super::shared::Shared;
use super::state::KeeperStep;

struct Keeper {
    shared: Arc<Shared>,
    /// Locked by one fetch at a time: the next one begins after the thread of the last one has
    /// ended.
    refresher: Arc<Mutex<Refresher>>,
}

/// Starts the keeper of this process.
pub(super) fn start(shared: Arc<Shared>, refresher: Refresher) -> io::Result<()> {
    let keeper = Keeper { shared, refresher: Arc::new(Mutex::new(refresher)) };
    spawn("axioms-jwks", move || {
        // The keeper should not panic. If it does, the service must not run without fresh keys
        // forever.
        while catch_panic(|| keeper.run()).is_none() {
            thread::sleep(Duration::from_secs(1));
        }
    })
}

fn spawn(name: &str, code: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let code = || {
        mark_thread();
        code();
    };
    thread::Builder::new().name(name.to_owned()).spawn(code).map(drop)
}

impl Keeper {
    fn run(&self) {
        loop {
            // In this order, so that a clock that is set after this read is read again.
            self.shared.lock().nudged = false;
            let now = self.shared.now();
            let mut state = self.shared.lock();
            match state.step(now, Instant::now()) {
                KeeperStep::Stop => return,
                KeeperStep::Sleep(_) if state.nudged => {}
                KeeperStep::Sleep(pause) => drop(self.shared.changed.wait_timeout(state, pause)),
                KeeperStep::Wake(waker) => {
                    drop(state);
                    catch_panic(|| waker.wake());
                }
                KeeperStep::Fetch(fetch) => {
                    drop(state);
                    self.fetch(fetch);
                }
            }
        }
    }

    fn fetch(&self, fetch: Fetch) {
        let end = EndOfThread { shared: Arc::clone(&self.shared), fetch };
        let refresher = Arc::clone(&self.refresher);
        let spawned = spawn("axioms-fetch", move || {
            let _end = end;
            refresher.lock().unwrap_or_else(PoisonError::into_inner).run(fetch);
        });
        if let Err(error) = spawned {
            self.shared.finish(fetch, &Err(JwksFault::NoThread(error.to_string()).into()));
        }
    }
}

/// Tells the keeper on drop that the fetch thread has ended, for any reason, or could not start.
struct EndOfThread {
    shared: Arc<Shared>,
    fetch: Fetch,
}

impl Drop for EndOfThread {
    fn drop(&mut self) {
        self.shared.end(self.fetch);
    }
}
