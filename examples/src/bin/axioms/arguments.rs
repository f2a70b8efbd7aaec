//! The command line.

use lexopt::{Arg, Error, Parser};

const HELP: &str = "\
axioms: for those who run an API that Axioms guards

Usage: axioms <command>

Commands:
  doctor         says what is wrong with the configuration, the issuer or a token

Options:
  -h, --help     prints this, or with a command what there is to say of it
  -V, --version  prints the version
";

const DOCTOR_HELP: &str = "\
axioms doctor: says what is wrong with the configuration, the issuer or a token

Usage: axioms doctor [--json] [< token.txt]

In the environment of the server, with the same AXIOMS_* variables, it finds the
issuer's keys as the server does and says what it found on the way, which keys it
skips and why, and how far the clocks are apart. A token on stdin, with or without
\"Bearer \" before it, is then checked step by step. Its signature is never printed.

Without a token, and where stdin is no terminal: axioms doctor < /dev/null

Options:
      --json     prints one JSON object, whose fields docs/doctor.md lists
  -h, --help     prints this

Exit code: 0 if all is well, 1 if a check fails, 2 if the command line or the
configuration cannot be used.

Example:
  AXIOMS_ISS_URL=https://issuer.example.com AXIOMS_AUDIENCE=https://api.example.com \\
      axioms doctor < token.txt
";

/// What the program is to do.
pub(crate) enum Command {
    Doctor(Doctor),
    /// Print this text.
    Tell(&'static str),
}

/// How `axioms doctor` is to answer.
#[derive(Clone, Copy, Default)]
pub(crate) struct Doctor {
    pub(crate) json: bool,
}

/// No error quotes an argument that is not an option: it may be a token, which history and logs then have too.
pub(crate) fn read(parser: Parser) -> Result<Command, Error> {
    command(parser).map_err(|error| match error {
        Error::UnexpectedValue { option, .. } => format!("the option {option} takes no value").into(),
        other => other,
    })
}

fn command(mut parser: Parser) -> Result<Command, Error> {
    match parser.next()? {
        Some(Arg::Short('h') | Arg::Long("help")) => Ok(Command::Tell(HELP)),
        Some(Arg::Short('V') | Arg::Long("version")) => {
            Ok(Command::Tell(concat!("axioms ", env!("CARGO_PKG_VERSION"), "\n")))
        }
        Some(Arg::Value(command)) if command == "doctor" => doctor(parser),
        Some(Arg::Value(_)) => Err("there is no such command".into()),
        Some(other) => Err(other.unexpected()),
        None => Err("no command is given".into()),
    }
}

fn doctor(mut parser: Parser) -> Result<Command, Error> {
    let mut options = Doctor::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("json") => options.json = true,
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Tell(DOCTOR_HELP)),
            Arg::Value(_) => return Err("a token is read from stdin, not from the command line".into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Doctor(options))
}
