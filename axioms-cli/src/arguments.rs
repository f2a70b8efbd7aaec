//! The command line.

use axioms_core::Policy;
use axioms_core::http::Method;
use lexopt::{Arg, Error, Parser, ValueExt as _};

use crate::policy;

const HELP: &str = "\
axioms: for operators of an API that Axioms guards

Usage: axioms <command>

Commands:
  doctor         says what is wrong with the configuration, the issuer or a token

Options:
  -h, --help     prints this, or the help of a command
  -V, --version  prints the version
";

const DOCTOR_HELP: &str = "\
axioms doctor: says what is wrong with the configuration, the issuer or a token

Usage: axioms doctor [--json] [--policy POLICY]... [--method METHOD] [< token.txt]

Run it in the environment of the server, with the same AXIOMS_* variables. It finds
the issuer's keys as the server does, and reports what it found on the way, which
keys it skips and why, and how far the clocks are apart. A token on stdin, with or
without \"Bearer \" before it, is then checked step by step. Its signature is never
printed. Of a valid token it shows what it grants, and with --policy which demand it
misses: why a request is answered with 403.

Without a token, and where stdin is no terminal: axioms doctor < /dev/null

Options:
      --policy POLICY  what the route demands, in the words of #[requires]: a key and
                       its values, separated by commas; demands are joined by ;
                       or by repeating the option. Groups and methods are written
                       any(...), all(...), GET(...), GET(public), default(...)
      --method METHOD  the request's method, where the policy differs by method
      --json           prints one JSON object, whose fields the book lists
  -h, --help           prints this

Exit code: 0 if all is well, 1 if a check fails or the token does not meet the
policy, 2 if the command line or the configuration cannot be used.

Example:
  AXIOMS_ISS_URL=https://issuer.example.com AXIOMS_AUDIENCE=https://api.example.com \\
      axioms doctor --policy 'any_scopes=read:messages,read:data; all_roles=admin' \\
      < token.txt
";

/// What the program is to do.
pub(crate) enum Command {
    Doctor(Doctor),
    /// Print this text.
    Tell(&'static str),
}

/// How `axioms doctor` is to answer.
pub(crate) struct Doctor {
    pub(crate) json: bool,
    /// What the token must meet, in a request of this method.
    pub(crate) policy: Option<(Method, Policy)>,
}

/// No error quotes an argument that is not an option: it may be a token, which history and logs
/// then have too.
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
    let (mut json, mut policies, mut method) = (false, Vec::new(), None);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("json") => json = true,
            Arg::Long("policy") => policies.push(text(&mut parser)?),
            Arg::Long("method") => method = Some(text(&mut parser)?),
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Tell(DOCTOR_HELP)),
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
        ([], Some(_)) => Err("--method says for which request a policy is asked; add --policy".into()),
        (texts, method) => {
            let read = policy::read(texts).map_err(|error| format!("--policy: {error}"))?;
            match method {
                None if read.by_method => {
                    Err("--policy: what it demands differs by method; say which by --method".into())
                }
                method => Ok(Some((method.unwrap_or(Method::GET), read.policy))),
            }
        }
    }
}
