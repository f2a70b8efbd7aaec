//! The command line.

use axioms_core::Policy;
use axioms_core::http::Method;
use lexopt::{Arg, Error, Parser, ValueExt as _};

use crate::policy;

const HELP: &str = "\
axioms: for operators of an API that Axioms guards

Usage: axioms <command>

Commands:
  doctor         reports what is wrong with the configuration, the issuer or a token

Options:
  -h, --help     prints this, or the help of a command
  -V, --version  prints the version
";

const DOCTOR_HELP: &str = "\
axioms doctor: reports what is wrong with the configuration, the issuer or a token

Usage: axioms doctor [--json] [--policy POLICY]... [--method METHOD] [< token.txt]

Run it in the environment of the server, with the same AXIOMS_* variables. It finds
the issuer's keys as the server does, and reports each step: which keys it skips and
why, and how far the clocks differ. It then checks the token on stdin, with or
without \"Bearer \" before it, step by step. It never prints the token's signature.
For a valid token it shows what the token grants and, with --policy, which demand it
does not meet, so that the request gets a 403.

Without a token, if stdin is not a terminal: axioms doctor < /dev/null

Options:
      --policy POLICY  what the route requires, with the keys of #[requires]: a key and
                       its values, separated by commas. Separate demands by ; or
                       repeat the option. Write groups and methods as
                       any(...), all(...), GET(...), GET(public), default(...)
      --method METHOD  the request's method, if the policy differs by method
      --json           prints one JSON object; the book lists its fields
  -h, --help           prints this

Exit code: 0 if no check fails, 1 if a check fails or the token does not meet the
policy, 2 if the command line or the configuration is wrong.

Example:
  AXIOMS_ISS_URL=https://issuer.example.com AXIOMS_AUDIENCE=https://api.example.com \\
      axioms doctor --policy 'any_scopes=read:messages,read:data; all_roles=admin' \\
      < token.txt
";

/// What the program should do.
pub(crate) enum Command {
    Doctor(Doctor),
    /// Print this text.
    Print(&'static str),
}

/// The options of `axioms doctor`.
pub(crate) struct Doctor {
    pub(crate) json: bool,
    /// The policy that the token must meet, and the method of the request.
    pub(crate) policy: Option<(Method, Policy)>,
}

/// Parses the command line. Errors quote only options: any other argument may be a token, which
/// must not get into logs.
pub(crate) fn read(parser: Parser) -> Result<Command, Error> {
    command(parser).map_err(|error| match error {
        Error::UnexpectedValue { option, .. } => format!("the option {option} takes no value").into(),
        other => other,
    })
}

fn command(mut parser: Parser) -> Result<Command, Error> {
    match parser.next()? {
        Some(Arg::Short('h') | Arg::Long("help")) => Ok(Command::Print(HELP)),
        Some(Arg::Short('V') | Arg::Long("version")) => {
            Ok(Command::Print(concat!("axioms ", env!("CARGO_PKG_VERSION"), "\n")))
        }
        Some(Arg::Value(command)) if command == "doctor" => doctor(parser),
        Some(Arg::Value(_)) => Err("there is no such command".into()),
        Some(other) => Err(other.unexpected()),
        None => Err("no command is given".into()),
    }
}

fn doctor(mut parser: Parser) -> Result<Command, Error> {
    let (mut json, mut policies, mut method) = (false, Vec::new(), None);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("json") => json = true,
            Arg::Long("policy") => policies.push(text(&mut parser)?),
            Arg::Long("method") => method = Some(text(&mut parser)?),
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Print(DOCTOR_HELP)),
            Arg::Value(_) => return Err("a token is read from stdin, not from the command line".into()),
            other => return Err(other.unexpected()),
        }
    }
    let method = method.as_deref().map(read_method).transpose()?;
    Ok(Command::Doctor(Doctor { json, policy: read_policy(&policies, method)? }))
}

fn text(parser: &mut Parser) -> Result<String, Error> {
    parser.value()?.string().map_err(|_| "the value of an option is not UTF-8".into())
}

fn read_method(text: &str) -> Result<Method, Error> {
    let is_method = text.len() <= 32 && !text.bytes().any(|byte| byte.is_ascii_lowercase());
    Method::from_bytes(text.as_bytes())
        .ok()
        .filter(|_| is_method)
        .ok_or_else(|| "--method takes a method in upper case, as GET".into())
}

fn read_policy(texts: &[String], method: Option<Method>) -> Result<Option<(Method, Policy)>, Error> {
    match (texts, method) {
        ([], None) => Ok(None),
        ([], Some(_)) => Err("--method is the method of the request for --policy; add --policy".into()),
        (texts, method) => {
            let read = policy::read(texts).map_err(|error| format!("--policy: {error}"))?;
            match method {
                None if read.by_method => {
                    Err("--policy differs by method; name the method with --method".into())
                }
                method => Ok(Some((method.unwrap_or(Method::GET), read.policy))),
            }
        }
    }
}
