//! Runs an authorization server as a process, and gets tokens from it as a client.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axioms_testing::CertificateAuthority;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A running script of this directory, which stops on drop.
pub(crate) struct Server {
    child: Child,
    commands: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    client: Agent,
    token_endpoint: String,
    /// The parameter of the token request that names the audience.
    audience_parameter: &'static str,
    pub(crate) issuer: String,
}

impl Server {
    /// Starts `node` or `python` with a script, over https with a certificate of `authority`, or
    /// over http.
    pub(crate) fn start(
        interpreter: &str,
        script: &str,
        https: Option<&CertificateAuthority>,
    ) -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" };
        let program = if interpreter == "python" { folder.join(python) } else { PathBuf::from(interpreter) };
        let mut command = Command::new(&program);
        command.arg(folder.join(script)).env_remove("TLS_CERTIFICATE").env_remove("TLS_KEY");
        let mut tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
        if let Some(authority) = https {
            let certificate = authority.issue();
            let (chain, key) = (folder.join(".server.pem"), folder.join(".server.key"));
            fs::write(&chain, certificate.pem())?;
            fs::write(&key, certificate.key_pem())?;
            command.env("TLS_CERTIFICATE", chain).env("TLS_KEY", key);
            let root = Certificate::from_pem(authority.pem().as_bytes())?;
            tls = tls.root_certs(RootCerts::new_with_certs(&[root]));
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|error| {
            format!("{} does not start; .ci/interop installs it: {error}", program.display())
        })?;
        let commands = child.stdin.take().ok_or("no standard input")?;
        let lines = BufReader::new(child.stdout.take().ok_or("no standard output")?).lines();
        let client = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .tls_config(tls.build())
            .timeout_global(Some(Duration::from_secs(15)))
            .build()
            .new_agent();
        let audience_parameter = if script == "oauth2-mock-server.mjs" { "aud" } else { "resource" };
        let (issuer, token_endpoint) = (String::new(), String::new());
        let mut server = Self { child, commands, lines, client, token_endpoint, audience_parameter, issuer };
        server.issuer = server.line("issuer ")?;
        server.token_endpoint = server.discover()?;
        Ok(server)
    }

    /// Reads lines until one starts with `mark`. Returns the rest of that line.
    fn line(&mut self, mark: &str) -> Result<String> {
        loop {
            let line =
                self.lines.next().ok_or_else(|| format!("the server ended before it said {mark:?}"))??;
            if let Some(rest) = line.strip_prefix(mark) {
                return Ok(rest.to_owned());
            }
        }
    }

    /// The token endpoint from the metadata (OpenID Connect Discovery 1.0, RFC 8414).
    fn discover(&self) -> Result<String> {
        for kind in ["openid-configuration", "oauth-authorization-server"] {
            let mut response = self.client.get(format!("{}/.well-known/{kind}", self.issuer)).call()?;
            if response.status() == 200 {
                let metadata: Value = serde_json::from_str(&response.body_mut().read_to_string()?)?;
                let endpoint = metadata.get("token_endpoint").and_then(Value::as_str);
                return Ok(endpoint.ok_or("the metadata has no token_endpoint")?.to_owned());
            }
        }
        Err(format!("{} publishes no metadata", self.issuer).into())
    }

    /// Gets an access token by the client credentials grant (RFC 6749 section 4.4).
    pub(crate) fn token(&self, client: &str, audience: &str, scope: &str) -> Result<String> {
        let credentials = STANDARD.encode(format!("{client}:secret"));
        let mut parameters = vec![("grant_type", "client_credentials"), (self.audience_parameter, audience)];
        if !scope.is_empty() {
            parameters.push(("scope", scope));
        }
        let request =
            self.client.post(&self.token_endpoint).header("Authorization", format!("Basic {credentials}"));
        let answer = request.send_form(parameters)?.body_mut().read_to_string()?;
        let parsed: Value = serde_json::from_str(&answer)?;
        let token = parsed.get("access_token").and_then(Value::as_str);
        Ok(token.ok_or_else(|| format!("no token for {client}: {answer}"))?.to_owned())
    }

    /// Replaces the signing keys.
    pub(crate) fn rotate(&mut self) -> Result<()> {
        writeln!(self.commands, "rotate")?;
        self.line("rotated").map(drop)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The form of a token: its type and algorithm, and `cnf` if it is bound to a key.
pub(crate) fn shape(token: &str) -> String {
    let header = decoded(token, 0);
    let said = |name| header.get(name).and_then(Value::as_str).unwrap_or("-");
    match token.split('.').count() {
        3 if decoded(token, 1).get("cnf").is_some() => format!("{} {} cnf", said("typ"), said("alg")),
        3 => format!("{} {}", said("typ"), said("alg")),
        5 => format!("JWE {}", said("alg")),
        _ => "opaque".to_owned(),
    }
}

/// One segment of a token, read without any check; null if it is not JSON.
pub(crate) fn decoded(token: &str, segment: usize) -> Value {
    let bytes = token.split('.').nth(segment).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}
