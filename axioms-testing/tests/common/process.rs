//! Reads what Linux reports about this process in `/proc/self` (proc(5)).

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait for another thread before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A number of `/proc/self/status`, as in `VmRSS:      1234 kB` or `Threads:  5`.
pub(crate) fn status(name: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has a status of this process");
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.expect("/proc/self/status has a number of this name")
}

/// How many threads of this process have this name now.
pub(crate) fn threads_named(name: &str) -> usize {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux lists the threads of this process");
    // A thread that ends between the listing and the reading has no file.
    tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok())
        .filter(|comm| comm.trim_end() == name)
        .count()
}

/// Waits until every other thread of this process sleeps, so that none holds a lock.
pub(crate) fn wait_until_others_sleep() {
    let deadline = Instant::now() + PATIENCE;
    while running_threads() > 1 {
        assert!(Instant::now() < deadline, "a thread does not go to sleep");
        thread::yield_now();
    }
}

fn running_threads() -> usize {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux lists the threads of this process");
    let stats = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("stat")).ok());
    // The name is in parentheses, and the state comes after it.
    stats.filter(|stat| stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('S'))).count()
}

/// Waits until exactly this many threads have this name.
pub(crate) fn wait_for_threads(name: &str, count: usize) {
    let deadline = Instant::now() + PATIENCE;
    while threads_named(name) != count {
        assert!(
            Instant::now() < deadline,
            "{} threads {name} after {PATIENCE:?}, not {count}",
            threads_named(name)
        );
        thread::yield_now();
    }
}
