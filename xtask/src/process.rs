//! What the system says about a running process: Linux's `/proc`.

use std::fs;
use std::io;
use std::time::Duration;

/// The processor time that the threads of a process have had so far, in the system on their behalf included. Exact where
/// they rest.
///
/// # Errors
/// When there is no such process, or no `schedstat` in `/proc`.
pub(crate) fn cpu_time(process: u32) -> io::Result<Duration> {
    let threads = fs::read_dir(format!("/proc/{process}/task"))?;
    // A thread that has just ended cannot be read, and is no reason to stop; but one at least is there.
    let times = threads
        .filter_map(|thread| run_time(&fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?));
    times.reduce(|sum, time| sum + time).ok_or_else(unreadable)
}

/// The first field, in nanoseconds.
fn run_time(schedstat: &str) -> Option<Duration> {
    schedstat.split_ascii_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// The memory of a process that is in RAM, in KiB.
///
/// # Errors
/// As [`cpu_time`].
pub(crate) fn resident(process: u32) -> io::Result<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    kib(&text, "VmRSS:").ok_or_else(unreadable)
}

fn kib(status: &str, name: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix(name))?;
    value.trim().strip_suffix(" kB")?.parse().ok()
}

fn unreadable() -> io::Error {
    io::Error::other("/proc does not look like Linux's")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_found_in_the_text_of_proc() {
        assert_eq!(run_time("3000000250 1200 77\n"), Some(Duration::from_nanos(3_000_000_250)));
        assert_eq!(run_time(""), None);
        assert!(cpu_time(std::process::id()).unwrap() > Duration::ZERO);
        assert!(cpu_time(u32::MAX).is_err());
        assert_eq!(kib("Name:\ta\nVmHWM:\t  99 kB\nVmRSS:\t    42 kB\n", "VmRSS:"), Some(42));
    }
}
