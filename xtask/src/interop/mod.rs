//! `cargo xtask interop`: access tokens of authorization servers that others wrote, taken to the example API.
//!
//! Each server of `interop/` runs over http and then over https, with a certificate of a private authority, beside
//! instances of the API that differ in their settings. Every row of the table asks the server for a token, takes it to a
//! route, and compares the answer.

mod child;
mod client;
mod install;
mod table;
mod tls;

use std::fmt::Write as _;
use std::process::{Command, ExitCode};
use std::time::Instant;

use axioms_examples::greeting::LISTENING;
use child::Child;
use client::{Answered, Client};
use install::Tools;
use serde_json::Value;
use table::{API, AUTHENTICATED, Answer, Mode, Row, SERVERS, Server, Transport, When};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Something could not be started or reached, so nothing is known of the rows.
const NOT_RUN: u8 = 2;

/// Runs every row and prints what came of it. The exit code is 1 if an answer differs from its row, and 2 if the rows
/// could not be run.
#[must_use]
pub(crate) fn run() -> ExitCode {
    let start = Instant::now();
    match compare_all() {
        Ok((rows, 0)) => {
            println!("\n{rows} rows, as expected, in {:.0?}", start.elapsed());
            ExitCode::SUCCESS
        }
        Ok((rows, differences)) => {
            println!("\n{differences} of {rows} rows differ");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("interop: {error}");
            ExitCode::from(NOT_RUN)
        }
    }
}

/// How many rows there are, and how many differ.
fn compare_all() -> Result<(usize, usize)> {
    let tools = Tools::install()?;
    let (mut rows, mut differences) = (0, 0);
    for server in SERVERS {
        for (transport, asked) in server.rows {
            rows += asked.len();
            differences += Run::start(&tools, server, transport)?.compare(asked)?;
        }
    }
    Ok((rows, differences))
}

/// One authorization server, and the API that trusts it in every mode.
struct Run<'s> {
    tools: &'s Tools,
    server: &'s Server,
    transport: Transport,
    issuer: Child,
    issuer_url: String,
    default: Api,
    strict: Api,
    /// Beside an issuer with https alone.
    untrusting: Option<Api>,
    client: Client,
    token_endpoint: String,
    /// The last token from before the rotation.
    retired: Option<String>,
}

struct Api {
    child: Child,
    url: String,
}

impl Api {
    fn start(tools: &Tools, issuer: &str, mode: Mode) -> Result<Self> {
        let mut command = Command::new(&tools.api);
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"AXIOMS_") {
                command.env_remove(name);
            }
        }
        command
            .env("ADDR", "127.0.0.1:0")
            .env("AXIOMS_AUDIENCE", API)
            .env("AXIOMS_ISS_URL", issuer)
            .env("AXIOMS_STRICT_TYP", if mode == Mode::Strict { "true" } else { "false" })
            .env("NO_PROXY", "127.0.0.1,localhost")
            .env("NO_COLOR", "1");
        if mode != Mode::Untrusting {
            command.env("AXIOMS_CA_FILE", tools.tls.authority_file());
        }
        let mut child = Child::start("api", &mut command)?;
        let address = child.wait_for(LISTENING)?;
        Ok(Self { child, url: format!("http://{address}") })
    }
}

impl<'s> Run<'s> {
    fn start(tools: &'s Tools, server: &'s Server, transport: Transport) -> Result<Self> {
        let mut issuer = Child::start(server.name, &mut tools.command(&server.script, transport))?;
        let issuer_url = issuer.wait_for("issuer ")?;
        let client = Client::new(&tools.tls)?;
        let token_endpoint = client.token_endpoint(&issuer_url)?;
        let default = Api::start(tools, &issuer_url, Mode::Default)?;
        let strict = Api::start(tools, &issuer_url, Mode::Strict)?;
        let untrusting = match transport {
            Transport::Http => None,
            Transport::Https => Some(Api::start(tools, &issuer_url, Mode::Untrusting)?),
        };
        let retired = None;
        Ok(Self {
            tools,
            server,
            transport,
            issuer,
            issuer_url,
            default,
            strict,
            untrusting,
            client,
            token_endpoint,
            retired,
        })
    }

    /// Runs the rows in their order; the number of those that differ.
    fn compare(mut self, rows: &[Row]) -> Result<usize> {
        println!("\n{} over {}", self.server.name, self.transport.name());
        let mut differences = 0;
        for row in rows {
            let difference = match self.ask(row) {
                Ok(difference) => difference,
                Err(error) => {
                    return Err(format!(
                        "{}: {error}\n{}{}",
                        describe(row),
                        self.issuer.log(),
                        self.api_log()
                    )
                    .into());
                }
            };
            println!("  {} {}", if difference.is_none() { "ok    " } else { "DIFFER" }, describe(row));
            if let Some(difference) = difference {
                differences += 1;
                println!("{difference}");
            }
        }
        if differences > 0 {
            println!("{}", self.api_log());
        }
        Ok(differences)
    }

    /// Gets the row's token and takes it to the API; what differs, if anything does.
    fn ask(&mut self, row: &Row) -> Result<Option<String>> {
        let token = self.token(row)?;
        let url = format!("{}{}", self.api(row.mode)?.url, row.path);
        let answered = self.client.call(&url, &token)?;
        if row.mode == Mode::Untrusting && !self.api(row.mode)?.child.log().contains("AXIOMS_CA_FILE") {
            return Ok(Some("         the API's log does not say what to do".to_owned()));
        }
        let expected = expected(row, &token);
        let shape = client::shape(&token);
        if shape == row.shape && answered == expected {
            return Ok(None);
        }
        let mut difference = String::new();
        writeln!(difference, "         the token: {shape}, {}", client::decoded(&token, 1))?;
        writeln!(difference, "         expected:  {expected:?}")?;
        write!(difference, "         answered:  {answered:?}")?;
        Ok(Some(difference))
    }

    fn api(&mut self, mode: Mode) -> Result<&mut Api> {
        match mode {
            Mode::Default => Ok(&mut self.default),
            Mode::Strict => Ok(&mut self.strict),
            Mode::Untrusting => {
                self.untrusting.as_mut().ok_or_else(|| "over http there is nobody to trust".into())
            }
        }
    }

    fn token(&mut self, row: &Row) -> Result<String> {
        match (row.when, &self.retired) {
            (When::Now, _) => self.request(row),
            (When::BeforeRotation, Some(token)) => Ok(token.clone()),
            (When::BeforeRotation, None) => Err("no rotation came before".into()),
            (When::AfterRotation, earlier) => {
                if earlier.is_some() {
                    // An API that has just found a new key asks for the next one in 15 s; one that has just started,
                    // at once.
                    self.default = Api::start(self.tools, &self.issuer_url, Mode::Default)?;
                }
                let retired = self.request(row)?;
                self.issuer.tell("rotate")?;
                self.issuer.wait_for("rotated")?;
                let first = self.request(row)?;
                let key_id = |token| client::decoded(token, 0).get("kid").cloned();
                if key_id(&first) == key_id(&retired) {
                    return Err("the server signs with the same key as before".into());
                }
                self.retired = Some(retired);
                Ok(first)
            }
        }
    }

    fn request(&self, row: &Row) -> Result<String> {
        let parameters = [(self.server.audience_parameter, row.audience), ("scope", row.scope)];
        self.client.token(&self.token_endpoint, row.client, &parameters)
    }

    fn api_log(&mut self) -> String {
        let apis = [Some(&mut self.default), Some(&mut self.strict), self.untrusting.as_mut()];
        apis.into_iter().flatten().map(|api| api.child.log()).collect()
    }
}

/// The answer that the row asks for.
fn expected(row: &Row, token: &str) -> Answered {
    match row.answer {
        Answer::Ok => Answered { status: 200, refusal: None, user: user(row, token) },
        Answer::Refused { status, error, description } => {
            Answered { status, refusal: Some((error.to_owned(), description.to_owned())), user: Value::Null }
        }
    }
}

/// Whom the answer names: the token's subject, on the one route that does.
fn user(row: &Row, token: &str) -> Value {
    match row.path {
        AUTHENTICATED => client::decoded(token, 1).get("sub").cloned().unwrap_or_default(),
        _ => Value::Null,
    }
}

/// One line of the matrix: the token, the request, the answer.
fn describe(row: &Row) -> String {
    let (status, error) = match row.answer {
        Answer::Ok => (200, ""),
        Answer::Refused { status, error, .. } => (status, error),
    };
    let mut notes = Vec::new();
    match row.when {
        When::Now => {}
        When::AfterRotation => notes.push("first of a new key"),
        When::BeforeRotation => notes.push("of the key before"),
    }
    if row.audience != API {
        notes.push("another audience");
    }
    match row.mode {
        Mode::Default => {}
        Mode::Strict => notes.push("strict API"),
        Mode::Untrusting => notes.push("API without AXIOMS_CA_FILE"),
    }
    if row.shape.ends_with("cnf") {
        notes.push("sender-constrained");
    }
    let line = format!(
        "{:<15} {:<28} {:<23} {status} {error:<23} {}",
        row.shape.trim_end_matches(" cnf"),
        row.scope,
        row.path,
        notes.join(", ")
    );
    line.trim_end().to_owned()
}
