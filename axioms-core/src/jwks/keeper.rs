//! The thread that keeps the keys fresh: it starts each fetch when it is due, gives up one that hangs, and ends waits
//! that last too long. It ends with its [`Jwks`](super::Jwks).
//!
//! Whatever may take long or hang runs on the thread of a fetch: HTTP, the log, the counters, the wakers. The keeper
//! itself reads the clock, and wakes those whom such a thread left waiting.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::error::JwksFault;
use super::foreign::{guard, mark_thread};
use super::refresh::Refresher;
use super::schedule::Fetch;
use super::shared::Shared;
use super::state::KeeperStep;

struct Keeper {
    shared: Arc<Shared>,
    /// Locked by one fetch at a time: the next one begins when the thread of the last has ended.
    refresher: Arc<Mutex<Refresher>>,
}

/// Starts the keeper of this process.
pub(super) fn start(shared: Arc<Shared>, refresher: Refresher) -> io::Result<()> {
    let keeper = Keeper { shared, refresher: Arc::new(Mutex::new(refresher)) };
    spawn("axioms-jwks", move || {
        // No panic of ours is known; one must not leave a service without fresh keys for the rest of its life.
        while guard(|| keeper.run()).is_none() {
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
            // In this order, so that a clock that is set after it was read is read again.
            self.shared.lock().nudged = false;
            let now = self.shared.now();
            let mut state = self.shared.lock();
            match state.step(now, Instant::now()) {
                KeeperStep::Stop => return,
                KeeperStep::Sleep(_) if state.nudged => {}
                KeeperStep::Sleep(pause) => drop(self.shared.changed.wait_timeout(state, pause)),
                KeeperStep::Wake(waker) => {
                    drop(state);
                    guard(|| waker.wake());
                }
                KeeperStep::Fetch(fetch) => {
                    drop(state);
                    self.fetch(fetch);
                }
            }
        }
    }

    fn fetch(&self, fetch: Fetch) {
        let ends = Ends { shared: Arc::clone(&self.shared), fetch };
        let refresher = Arc::clone(&self.refresher);
        let spawned = spawn("axioms-fetch", move || {
            let _ends = ends;
            refresher.lock().unwrap_or_else(PoisonError::into_inner).run(fetch);
        });
        if let Err(error) = spawned {
            self.shared.finish(fetch, &Err(JwksFault::NoThread(error.to_string()).into()));
        }
    }
}

/// Tells the keeper that the thread of a fetch has ended, however it did, or could not begin.
struct Ends {
    shared: Arc<Shared>,
    fetch: Fetch,
}

impl Drop for Ends {
    fn drop(&mut self) {
        self.shared.end(self.fetch);
    }
}
