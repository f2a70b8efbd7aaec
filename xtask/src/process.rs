//! What the system says about a running process: Linux's `/proc`.

use std::fs;
use std::io;
use std::time::Duration;

/// Ticks in a second, as Linux shows them to programs whatever the kernel's own (`getconf CLK_TCK`).
const TICKS: u64 = 100;

/// The processor time of a process so far, its own and the system's on its behalf.
///
/// # Errors
/// When there is no such process, or no `/proc`.
pub(crate) fn cpu_time(process: u32) -> io::Result<Duration> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    ticks(&text).map(|ticks| Duration::from_millis(ticks * 1000 / TICKS)).ok_or_else(unreadable)
}

/// `utime` and `stime`, the 14th and 15th field. The second one is the program's name in parentheses, which may hold
/// spaces.
fn ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
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
        let stat =
            "7 (a (b) c) S 1 7 7 0 -1 4194560 9 0 0 0 250 50 1 1 20 0 3 0 100 8192 4 18446744073709551615";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(kib("Name:\ta\nVmHWM:\t  99 kB\nVmRSS:\t    42 kB\n", "VmRSS:"), Some(42));
    }
}
