//! Programs that run beside this one. What they print is kept, every wait for it has an end, and none outlives the
//! value that stands for it.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child as Process, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::Result;

/// The longest wait for a child to say something.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest that one may take which is waited for to its end: a package manager, a compiler.
const WORK: Duration = Duration::from_secs(900);

/// A running program; dropped, it is ended.
pub(super) struct Child {
    name: String,
    process: Process,
    lines: Receiver<String>,
    log: Vec<String>,
}

impl Child {
    pub(super) fn start(name: &str, command: &mut Command) -> Result<Self> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{name} does not start: {error}"))?;
        let (sender, lines) = channel();
        if let Some(stdout) = process.stdout.take() {
            forward(stdout, sender.clone());
        }
        if let Some(stderr) = process.stderr.take() {
            forward(stderr, sender);
        }
        Ok(Self { name: name.to_owned(), process, lines, log: Vec::new() })
    }

    /// Waits for a line that holds `mark`; gives what follows the mark.
    pub(super) fn wait_for(&mut self, mark: &str) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let found = line.split_once(mark).map(|(_, rest)| rest.to_owned());
                    self.log.push(line);
                    if let Some(rest) = found {
                        return Ok(rest);
                    }
                }
                Err(reason) => {
                    let log = self.log();
                    return Err(format!("{}: no line with \"{mark}\": {reason}\n{log}", self.name).into());
                }
            }
        }
    }

    /// Waits until it has ended, which must be a success; gives the lines that it printed.
    pub(super) fn finish(mut self) -> Result<Vec<String>> {
        drop(self.process.stdin.take());
        let deadline = Instant::now() + WORK;
        while let Ok(line) = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.log.push(line);
        }
        let ended = loop {
            match self.process.try_wait()? {
                None if Instant::now() < deadline => thread::sleep(Duration::from_millis(10)),
                ended => break ended,
            }
        };
        let failure = match ended {
            Some(status) if status.success() => return Ok(std::mem::take(&mut self.log)),
            Some(status) => status.to_string(),
            None => format!("not ended within {WORK:?}"),
        };
        let log = self.log();
        Err(format!("{}: {failure}\n{log}", self.name).into())
    }

    /// Writes a line to its standard input.
    pub(super) fn tell(&mut self, line: &str) -> Result<()> {
        let stdin = self.process.stdin.as_mut().ok_or("the child has no standard input")?;
        writeln!(stdin, "{line}")?;
        Ok(stdin.flush()?)
    }

    /// What it has printed so far.
    pub(super) fn log(&mut self) -> String {
        self.log.extend(self.lines.try_iter());
        self.log.iter().fold(String::new(), |log, line| log + "  " + &self.name + "| " + line + "\n")
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn forward(stream: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(std::result::Result::ok) {
            if lines.send(line).is_err() {
                break;
            }
        }
    });
}
