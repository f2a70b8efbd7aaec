//! What `axioms doctor` prints, and its exit codes. The tests run the program itself.

#![allow(clippy::unwrap_used, reason = "a broken test should stop where it broke")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axioms_core::Algorithm;
use axioms_core::http::StatusCode;
use axioms_testing::{
    AUDIENCE, Behaviour, CertificateAuthority, Endpoint, SigningKey, TestClock, TestIssuer, TokenBuilder,
};
use serde_json::{Value, json};

const HOUR: Duration = Duration::from_secs(3600);

/// An issuer whose one key has a fixed id, so that outputs can be compared with the files in
/// `tests/doctor`.
struct Stage {
    issuer: TestIssuer,
    key: SigningKey,
}

impl Stage {
    fn new() -> Self {
        Self::at(now())
    }

    /// With the issuer's clock at this time.
    fn at(time: Duration) -> Self {
        let clock = TestClock::at(time);
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock).start();
        for document in [Endpoint::OpenIdConfiguration, Endpoint::Jwks] {
            issuer.set_header(document, "date", &httpdate::fmt_http_date(UNIX_EPOCH + time));
        }
        let key = issuer.key(Algorithm::ES256).with_kid("key-2026-01");
        let encryption = json!({ "kty": "RSA", "kid": "encryption", "use": "enc" });
        issuer.set_jwks(json!({ "keys": [key.public_jwk(), encryption] }).to_string());
        Self { issuer, key }
    }

    fn token(&self) -> TokenBuilder {
        let issued = self.issuer.clock().unix_time().saturating_sub(HOUR + Duration::from_secs(30));
        let lifetime = HOUR + Duration::from_secs(30);
        self.issuer.token().signed_with(&self.key).claim("iat", issued.as_secs()).expires_in(lifetime)
    }

    fn doctor(&self, arguments: &[&str]) -> Command {
        let mut doctor = doctor(arguments);
        doctor.env("AXIOMS_ISS_URL", self.issuer.url()).env("AXIOMS_AUDIENCE", AUDIENCE);
        doctor
    }

    fn run(&self, token: &str) -> (Option<i32>, String) {
        self.run_with(&[], token)
    }

    fn run_with(&self, arguments: &[&str], token: &str) -> (Option<i32>, String) {
        let output = output(self.doctor(arguments), token);
        (output.status.code(), text(&output.stdout))
    }
}

/// The time in whole seconds, as in a `Date` header.
fn now() -> Duration {
    Duration::from_secs(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs())
}

fn axioms(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_axioms"));
    // Without the `AXIOMS_*` variables of the developer's shell.
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"AXIOMS_") {
            command.env_remove(name);
        }
    }
    command.args(arguments);
    command
}

fn doctor(arguments: &[&str]) -> Command {
    axioms(&[&["doctor"], arguments].concat())
}

fn output(mut command: Command, stdin: &str) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that ends without reading closes the pipe. That is not a failure.
    drop(child.stdin.take().unwrap().write_all(stdin.as_bytes()));
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A case of the book: its file in `tests/doctor`, its text, what is printed, and words that must
/// be in it.
type Case = (&'static str, &'static str, String, &'static [&'static str]);

/// The name of a file in `tests/doctor`, and its text.
macro_rules! shown {
    ($name:literal) => {
        ($name, include_str!(concat!("doctor/", $name, ".txt")))
    };
}

fn cases() -> Vec<Case> {
    let stage = Stage::new;
    let run_with =
        |arguments: &[&str], (name, shown), stage: &Stage, token: TokenBuilder, code, words: &'static [_]| {
            let token = token.sign();
            let (found, printed) = stage.run_with(arguments, &token);
            assert_eq!(found, Some(code), "{name}: {printed}");
            assert!(!printed.contains(token.rsplit('.').next().unwrap()), "{name}: {printed}");
            (name, shown, printed, words)
        };
    let run =
        |name, stage: &Stage, token, code, words| -> Case { run_with(&[], name, stage, token, code, words) };
    let mut cases = Vec::new();

    let well = stage();
    let token = well.token().scopes(["read:messages", "write:messages"]);
    let words: &[_] =
        &["No check failed.", "ok   signature", "skip key 1", "from scope (string of 2 scopes)"];
    cases.push(run(shown!("well"), &well, token, 0, words));

    let denied = stage();
    let token = denied.token().scopes(["read:messages"]).claim("groups", json!(["staff", "admin"]));
    let policy = "any_scopes=read:messages,read:data; all_roles=admin";
    let words: &[_] = &[
        "Token accepted",
        "no such claim: roles (AXIOMS_ROLES_CLAIMS)",
        "FAIL all roles of [admin]",
        "\"groups\" (array of strings) that AXIOMS_ROLES_CLAIMS does not name",
    ];
    cases.push(run_with(&["--policy", policy], shown!("denied"), &denied, token, 1, words));

    let other = stage();
    let token = other.token().audience("https://other.example.com");
    let words: &[_] = &["FAIL aud", "expected  one of \"https://api.example.com\"", "AXIOMS_AUDIENCE"];
    cases.push(run(shown!("audience"), &other, token, 1, words));

    let slash = stage();
    let mut command = slash.doctor(&[]);
    command.env("AXIOMS_ISS_URL", format!("{}/", slash.issuer.url()));
    let slashed = output(command, &slash.token().sign());
    let words: &[_] = &["FAIL keys", "FAIL iss", "only in the final slash: set AXIOMS_ISS_URL"];
    let (name, shown) = shown!("slash");
    cases.push((name, shown, text(&slashed.stdout), words));
    assert_eq!(slashed.status.code(), Some(1));

    let late = stage();
    cases.push(run(
        shown!("expired"),
        &late,
        late.token().expired(),
        1,
        &["FAIL exp", "1 h ago", "get a new token"],
    ));

    let stranger = stage();
    let key = SigningKey::generate(Algorithm::ES256).with_kid("key-2025-12");
    let token = stranger.token().signed_with(&key);
    let words: &[_] =
        &["FAIL key ", "the key \"key-2025-12\" for \"ES256\"", "found     \"key-2026-01\" (ES256)"];
    cases.push(run(shown!("unknown-key"), &stranger, token, 1, words));

    let lost = stage();
    lost.issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::NOT_FOUND));
    let words: &[_] = &["FAIL keys", "404 Not Found", "(jwks_uri)", "FAIL key ", "not reached: signature"];
    cases.push(run(shown!("jwks-404"), &lost, lost.token(), 1, words));

    let behind = Stage::at(now().saturating_sub(Duration::from_secs(600)));
    let token = behind.token().expires_in(Duration::from_secs(300));
    let words: &[_] = &["FAIL clock", "ahead of the issuer's", "FAIL exp", "by the issuer's clock"];
    cases.push(run(shown!("clock"), &behind, token, 1, words));
    cases
}

/// Replaces what differs between runs: ports, dates and seconds.
fn steady(printed: &str) -> String {
    let digits = |c: char| if c.is_ascii_digit() { 'N' } else { c };
    let mut steady: String = printed.chars().map(digits).collect();
    while steady.contains("NN") {
        steady = steady.replace("NN", "N");
    }
    for day in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] {
        steady = steady.replace(&format!("{day}, N "), "Day, N ");
    }
    for month in ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] {
        steady = steady.replace(&format!("N {month} N "), "N Month N ");
    }
    steady.replace("N min N s", "N min").trim_end().to_owned()
}

#[test]
fn the_documentation_shows_what_is_printed() {
    for (file, shown, printed, words) in cases() {
        for word in words {
            assert!(printed.contains(word), "{file} lacks {word:?}:\n{printed}");
        }
        assert_eq!(steady(shown), steady(&printed), "tests/doctor/{file}.txt:\n{printed}");
    }
}

#[test]
fn the_token_may_have_a_scheme_or_be_absent() {
    let stage = Stage::new();
    let (code, printed) = stage.run(&format!("Bearer {}\n", stage.token().sign()));
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("Token accepted"), "{printed}");
    let (code, printed) = stage.run("");
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("none given"), "{printed}");
}

#[test]
fn a_bad_signature_and_a_hostile_token_are_shown_harmlessly() {
    let stage = Stage::new();
    let twin = SigningKey::generate(Algorithm::ES256).with_kid(stage.key.kid());
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2K\u{202e}\u{9b}31m";
    for (token, name) in [
        (stage.token().signed_with(&twin), "signature"),
        (stage.token().issuer(hostile), "iss"),
        (stage.token().audience(hostile), "aud"),
        (stage.token().header("kid", hostile), "key"),
        (stage.token().header("typ", hostile), "typ"),
        (stage.token().raw_header(format!("{{\"alg\":\"{hostile}\"}}")), "json"),
        (stage.token().subject(&format!("{hostile}{}", "x".repeat(5000))), "sub"),
    ] {
        let token = token.sign();
        let signature = token.rsplit('.').next().unwrap();
        for arguments in [&[][..], &["--json"]] {
            let output = output(stage.doctor(arguments), &token);
            let printed = text(&output.stdout) + &text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{printed}");
            assert!(printed.contains(&format!("FAIL {name}")) || arguments == ["--json"], "{printed}");
            assert!(!printed.contains(signature) && printed.len() < 10_000, "{printed}");
            let harmless = |c: char| c == '\n' || !(c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
            assert!(printed.chars().all(harmless), "{printed:?}");
        }
    }
}

#[test]
fn a_missing_private_authority_is_reported_and_a_configured_one_trusted() {
    let authority = CertificateAuthority::new();
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).tls(&authority.issue()).start();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("doctor-authority.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let run = |trusting: bool| {
        let mut command = doctor(&[]);
        command.env("AXIOMS_ISS_URL", issuer.url()).env("AXIOMS_AUDIENCE", AUDIENCE);
        if trusting {
            command.env("AXIOMS_CA_FILE", &file);
        }
        let output = output(command, &issuer.token().sign());
        (output.status.code(), text(&output.stdout))
    };
    let (code, printed) = run(false);
    assert_eq!(code, Some(1), "{printed}");
    for words in ["FAIL keys", "not signed by an authority", "remedy    set AXIOMS_CA_FILE to a PEM file"] {
        assert!(printed.contains(words), "{printed}");
    }
    let (code, printed) = run(true);
    assert_eq!(code, Some(0), "{printed}");
}

#[test]
fn json_has_the_fields_that_the_documentation_lists() {
    let stage = Stage::new();
    let token = stage.token().audience("https://other.example.com").sign();
    // An issuer whose keys are private has keys to list and a fault to report.
    stage.issuer.set_jwks(json!({ "keys": [{ "kty": "oct", "kid": "shared", "k": "AAAA" }] }).to_string());
    let refused = output(stage.doctor(&["--json"]), &token);
    assert_eq!(refused.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&refused.stdout).unwrap();
    let mut fields = Vec::new();
    paths(&found, "", &mut fields);
    let denying = Stage::new();
    let denied = output(denying.doctor(&["--json", "--policy", "all_roles=admin"]), &denying.token().sign());
    assert_eq!(denied.status.code(), Some(1));
    paths(&serde_json::from_slice(&denied.stdout).unwrap(), "", &mut fields);
    let document = include_str!("doctor/json.md");
    for field in &fields {
        assert!(document.contains(&format!("| `{field}` |")), "{field} is not documented");
    }
    let documented = document.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(documented, fields.len() + PROBLEM_FIELDS.len(), "{fields:?}");
    let failed: Vec<_> = found["token"]["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["status"] == "failed")
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!((&failed[0]["name"], &found["token"]["cause"]), (&json!("aud"), &json!("audience")));
    assert_eq!(found["ok"], false);
}

const PROBLEM_FIELDS: [&str; 3] = ["problems[].setting", "problems[].value", "problems[].remedy"];

/// The path of every field below `value`, each once.
fn paths(value: &Value, prefix: &str, fields: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                if !fields.contains(&path) {
                    fields.push(path.clone());
                }
                paths(value, &path, fields);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| paths(item, &format!("{prefix}[]"), fields)),
        _ => {}
    }
}

#[test]
fn a_policy_that_is_not_met_is_exit_code_1() {
    let stage = Stage::new();
    let token = stage.token().scopes(["read"]).roles(["editor"]).sign();
    for (arguments, code, words) in [
        (&["--policy", "any_scopes=read"][..], 0, "Policy met"),
        (&["--policy=any_scopes=read", "--policy", "all_roles=editor"], 0, "and all roles of [editor]"),
        (&["--policy", "any_scopes=read", "--policy", "all_roles=admin"], 1, "missing   role admin"),
        (&["--policy", "GET(public); POST(any_scopes=write)", "--method", "GET"], 0, "Policy met"),
        (
            &["--policy", "GET(public); POST(any_scopes=write)", "--method", "POST"],
            1,
            "missing   scope write",
        ),
        (&["--policy", "GET(public)", "--method", "DELETE"], 1, "it does not name DELETE"),
    ] {
        let (found, printed) = stage.run_with(arguments, &token);
        assert_eq!(found, Some(code), "{arguments:?}: {printed}");
        assert!(printed.contains(words), "{arguments:?}: {printed}");
    }
    let refused = output(stage.doctor(&["--policy", "any_scopes=read"]), &stage.token().expired().sign());
    assert_eq!(refused.status.code(), Some(1));
    assert!(!text(&refused.stdout).contains("Policy"), "a refused token is not asked");
    let none = output(stage.doctor(&["--policy", "any_scopes=read"]), "");
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("--policy needs a token on stdin"));
}

#[test]
fn a_proxy_that_cannot_be_used_is_named_by_its_variable() {
    for (proxy, words) in [
        ("socks5://user:secret@proxy.example.com:1080", "set the variable above to an http or https proxy"),
        ("http://user:secret@proxy.example.com:99999", "set the variable above to the URL of a proxy"),
    ] {
        let mut command = doctor(&[]);
        command.env("AXIOMS_ISS_URL", "https://issuer.invalid").env("AXIOMS_AUDIENCE", AUDIENCE);
        command.env("https_proxy", proxy);
        let output = output(command, "");
        let printed = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{printed}");
        assert!(printed.contains("https_proxy") && printed.contains(words), "{printed}");
        assert!(!printed.contains("secret"), "{printed}");
    }
}

#[test]
fn every_problem_of_the_configuration_is_reported_with_exit_code_2() {
    let unusable = |arguments: &[&str]| {
        let mut command = doctor(arguments);
        command.env("AXIOMS_LEEWAY", "soon");
        output(command, "")
    };
    let human = unusable(&[]);
    assert_eq!((human.status.code(), &*human.stdout), (Some(2), b"".as_slice()));
    let error = text(&human.stderr);
    for name in ["AXIOMS_AUDIENCE", "AXIOMS_ISS_URL", "AXIOMS_LEEWAY"] {
        assert!(error.contains(name), "{error}");
    }
    let json = unusable(&["--json"]);
    assert_eq!(json.status.code(), Some(2));
    let found: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(found["problems"].as_array().unwrap().len(), 3);
    assert_eq!((&found["ok"], &found["token"]), (&json!(false), &Value::Null));
    let mut fields = Vec::new();
    paths(&found["problems"], "problems", &mut fields);
    assert_eq!(fields, ["problems[].remedy", "problems[].setting", "problems[].value"]);
}

#[test]
fn the_command_line_explains_itself() {
    for (arguments, code, words) in [
        (&["--help"][..], 0, "doctor"),
        (&["doctor", "--help"], 0, "--json"),
        (&["--version"], 0, "axioms "),
        (&[], 2, "no command"),
        (&["a.secret.token"], 2, "no such command"),
        (&["doctor", "--yaml"], 2, "--yaml"),
        (&["doctor", "--token=a.secret.token"], 2, "--token"),
        (&["doctor", "--json=a.secret.token"], 2, "--json takes no value"),
        (&["doctor", "--policy", "a.secret.token"], 2, "write KEY=VALUES"),
        (&["doctor", "--policy", "scopes=read"], 2, "the keys are any_scopes"),
        (&["doctor", "--policy"], 2, "--policy"),
        (&["doctor", "--policy", "GET(public)"], 2, "name the method with --method"),
        (&["doctor", "--method", "GET"], 2, "add --policy"),
        (&["doctor", "--policy", "any_roles=a", "--method", "a.secret.token"], 2, "in upper case"),
        (&["doctor", "a.secret.token"], 2, "read from stdin"),
        (&["doctor", "--", "a.secret.token"], 2, "read from stdin"),
    ] {
        let output = output(axioms(arguments), "");
        let printed = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {printed}");
        assert!(printed.contains(words), "{arguments:?}: {printed}");
        assert!(!printed.contains("a.secret.token"), "{printed}");
    }
}

/// As when the reader of a pipe has ended: output that cannot be written does not change the exit
/// code.
#[test]
#[cfg(target_os = "linux")]
fn a_closed_stderr_causes_no_panic() {
    let stage = Stage::new();
    let mut unknown_variable = stage.doctor(&[]);
    unknown_variable.env("AXIOMS_AUDIENSE", "misspelt");
    for (mut command, code) in [(unknown_variable, 0), (axioms(&["cure"]), 2), (doctor(&[]), 2)] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(full).status().unwrap();
        assert_eq!(status.code(), Some(code), "{command:?}");
    }
}
