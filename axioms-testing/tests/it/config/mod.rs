//! Configuration: what is refused with which message, what the variables accept, and starting while
//! an issuer is unreachable.

mod addresses;
mod conflicts;
mod environment;
mod precedence;
mod problems;
mod secrets;
mod start;
mod stderr;
mod unfinished;
mod warnings;

use axioms_core::http::{Method, Request};
use axioms_core::{BuildError, ConfigError, Policy, Setting, Validator, ValidatorBuilder};
use axioms_testing::AUDIENCE;

const ISSUER: &str = "https://issuer.example.com";

/// An address outside 127.0.0.0/8 and `::1` that still leads to this machine.
const NOT_LOOPBACK: &str = "http://0.0.0.0:9";

/// A configuration with one problem, and that problem: setting, value, remedy.
type Bad = (&'static str, ValidatorBuilder, Setting, Option<&'static str>, &'static str);

fn assert_reported(rows: Vec<Bad>) {
    for (what, builder, setting, value, remedy) in rows {
        let found = reported(builder);
        let [(found_setting, found_value, found_remedy)] = found.as_slice() else {
            panic!("{what}: one problem is expected: {found:?}");
        };
        assert_eq!((*found_setting, found_value.as_deref()), (setting, value), "{what}");
        assert!(found_remedy.contains(remedy), "{what}: {found_remedy}");
    }
}

fn local() -> ValidatorBuilder {
    Validator::builder().audience(AUDIENCE).issuer("http://localhost:9")
}

/// Variables in addition to a valid audience and issuer. The last value of a repeated variable
/// counts.
fn from_vars<'a>(vars: impl IntoIterator<Item = (&'a str, &'a str)>) -> ValidatorBuilder {
    let sound = [("AXIOMS_AUDIENCE", AUDIENCE), ("AXIOMS_ISS_URL", "http://localhost:9")];
    ValidatorBuilder::from_vars(sound.into_iter().chain(vars)).prefetch(false)
}

/// The problems of a configuration. The token cache is too small, so that nothing builds; that
/// problem is left out.
fn reported(builder: ValidatorBuilder) -> Vec<(Setting, Option<String>, String)> {
    let error = config_error(builder.token_cache(1));
    let text = error.to_string();
    let problems = error.problems().iter().filter(|problem| problem.value() != Some("1 bytes"));
    problems
        .map(|problem| {
            assert!(text.contains(&problem.to_string()), "the error shows each problem");
            assert!(problem.to_string().starts_with(&problem.setting().to_string()), "{problem}");
            assert!(problem.to_string().ends_with(&format!(": {}", problem.remedy())), "{problem}");
            (problem.setting(), problem.value().map(str::to_owned), problem.remedy().to_owned())
        })
        .collect()
}

/// Whether the guard of a layer lets this method pass without a token.
fn lets_through(validator: &Validator, method: &Method) -> bool {
    let request = Request::builder().method(method).body(()).unwrap();
    validator.admit(&request, &Policy::VALID_TOKEN).is_ok()
}

fn config_error(builder: ValidatorBuilder) -> ConfigError {
    match builder.build() {
        Err(BuildError::Config(error)) => error,
        other => panic!("a problem of the configuration is expected: {other:?}"),
    }
}
