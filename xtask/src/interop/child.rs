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
/// The longest a package manager may take.
const INSTALLATION: Duration = Duration::from_secs(300);

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

/// Runs a program to its end, which must be a success and come in time.
pub(super) fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut process = command.stdin(Stdio::null()).spawn().map_err(|error| format!("{name}: {error}"))?;
    let deadline = Instant::now() + INSTALLATION;
    loop {
        match process.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(format!("{name} failed: {status}").into()),
            None if Instant::now() > deadline => {
                process.kill()?;
                process.wait()?;
                return Err(format!("{name} did not end within {INSTALLATION:?}").into());
            }
            None => thread::sleep(Duration::from_millis(50)),
        }
    }
}
