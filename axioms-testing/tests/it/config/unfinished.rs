//! Values that a shell, a file or a template broke on the way into the environment, for every
//! variable.

use axioms_core::Setting;
use axioms_core::http::Method;

use super::{from_vars, lets_through, reported};

/// What an empty value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Empty {
    Unset,
    Problem,
    List,
}

/// Every variable: the meaning of an empty value, whether it is a list, and a valid value.
const VARIABLES: &[(Setting, Empty, bool, &str)] = &[
    (Setting::Audience, Empty::Problem, true, "orders"),
    (Setting::Provider, Empty::Problem, false, "google"),
    (Setting::Domain, Empty::Unset, false, "issuer.example.com"),
    (Setting::Issuer, Empty::Unset, false, "http://localhost:8"),
    (Setting::AnyIssuer, Empty::Unset, false, "false"),
    (Setting::Tenants, Empty::Problem, true, "tenant"),
    (Setting::JwksUrl, Empty::Unset, false, "http://localhost:9/k"),
    (Setting::TokenTypes, Empty::Problem, true, "JWT"),
    (Setting::StrictTyp, Empty::Problem, false, "true"),
    (Setting::RequireClaim, Empty::Problem, true, "token_use=access"),
    (Setting::Algorithms, Empty::Problem, true, "RS256"),
    (Setting::Leeway, Empty::Unset, false, "0"),
    (Setting::MaxTokenLifetime, Empty::Problem, false, "60"),
    (Setting::ScopeClaims, Empty::Problem, true, "scp"),
    (Setting::RolesClaims, Empty::Problem, true, "/a/b"),
    (Setting::PermissionsClaims, Empty::Problem, true, "https://a.example/p"),
    (Setting::RefreshInterval, Empty::Unset, false, "1800"),
    (Setting::CacheTtl, Empty::Unset, false, "7200"),
    (Setting::CertificateAuthorities, Empty::Problem, false, CA_FILE),
    (Setting::DangerousAllowHttp, Empty::Unset, false, "true"),
    (Setting::SafeMethods, Empty::List, true, "HEAD"),
    (Setting::Realm, Empty::Unset, false, "orders"),
    (Setting::TokenCache, Empty::Unset, false, "0"),
    (Setting::Drain, Empty::Unset, false, "0"),
    (Setting::Prefetch, Empty::Unset, false, "false"),
    (Setting::FailFast, Empty::Problem, false, "false"),
    (Setting::WarnOnStderr, Empty::Unset, false, "true"),
];

const CA_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/config/ca.pem");

/// The problem reported for this value, with the other settings that it needs.
fn told_of(setting: Setting, value: &str) -> Vec<(Setting, String)> {
    let mut vars = vec![];
    if setting == Setting::Tenants {
        vars.extend([
            ("AXIOMS_ISS_URL", "https://a.example/{tid}"),
            ("AXIOMS_JWKS_URL", "http://localhost:9/k"),
        ]);
    }
    vars.push((setting.variable().unwrap(), value));
    reported(from_vars(vars)).into_iter().map(|(setting, _, remedy)| (setting, remedy)).collect()
}

fn assert_refused(setting: Setting, value: &str, words: &str) {
    let found = told_of(setting, value);
    let [(reported, remedy)] = found.as_slice() else { panic!("{setting}: {value:?}: {found:?}") };
    assert!(*reported == setting && remedy.contains(words), "{setting}: {value:?}: {reported}: {remedy}");
}

#[test]
fn white_space_around_a_value_is_dropped() {
    for (setting, _, _, good) in VARIABLES {
        for value in [format!("{good}\n"), format!("  {good}\t"), format!("\r\n{good}\r\n")] {
            assert_eq!(told_of(*setting, &value), [], "{setting}: {value:?}");
        }
    }
}

#[test]
fn an_unfinished_value_is_refused() {
    for (setting, _, is_list, good) in VARIABLES {
        for quote in ['"', '\'', '`'] {
            assert_refused(*setting, &format!("{quote}{good}{quote}"), "in quotes");
            assert_refused(*setting, &format!(" {quote}{good}{quote}\n"), "in quotes");
        }
        for reference in [
            "${NAME}",
            "${NAME:-a}",
            "$(cat /run/name)",
            "$NAME",
            "$name",
            "%NAME%",
            "%name%",
            "{{ name }}",
            "${{ env.NAME }}",
            "<no value>",
            "<name>",
            "#{NAME}",
            "@NAME@",
            "((name))",
        ] {
            assert_refused(*setting, reference, "was not expanded");
            assert_refused(*setting, &format!("{good}/{reference}"), "was not expanded");
        }
        for nothing in ["undefined", "null"] {
            assert_refused(*setting, nothing, "missing value");
        }
        for json in [format!("[\"{good}\"]"), format!("[\"{good}\", \"{good}\"]"), "[]".to_owned()] {
            assert_refused(*setting, &json, "JSON");
        }
        if *is_list {
            for gap in [
                format!("{good},,{good}"),
                format!("{good},"),
                format!(",{good}"),
                format!("{good}, ,{good}"),
                ",".to_owned(),
            ] {
                assert_refused(*setting, &gap, "the list has an empty item");
            }
            let quoted = format!("{good},\"{good}\"");
            assert_refused(*setting, &quoted, "in quotes");
        }
    }
}

/// An expansion to nothing must not disable a setting that narrows what is accepted.
#[test]
fn an_empty_value_is_unset_or_a_problem_by_what_it_protects() {
    for (setting, empty, ..) in VARIABLES {
        for value in ["", " ", "\n", "\t \r\n"] {
            match empty {
                Empty::Problem => assert_refused(*setting, value, "remove the variable, or give it a value"),
                // Nothing is left of the issuer then.
                Empty::Unset if *setting == Setting::Issuer => {
                    assert_refused(*setting, value, "set the issuer");
                }
                Empty::Unset | Empty::List => {
                    assert_eq!(told_of(*setting, value), [], "{setting}: {value:?}");
                }
            }
        }
    }
    assert!(!lets_through(&from_vars([]).build().unwrap(), &Method::OPTIONS), "the default");
    let options = from_vars([("AXIOMS_SAFE_METHODS", "OPTIONS")]).build().unwrap();
    assert!(lets_through(&options, &Method::OPTIONS));
    for value in ["", " "] {
        let validator = from_vars([("AXIOMS_SAFE_METHODS", value)]).build().unwrap();
        assert!(!lets_through(&validator, &Method::OPTIONS), "an empty list lets nothing through");
    }
}

#[test]
fn text_that_resembles_a_reference_is_a_value() {
    for audience in
        ["https://api.example.com/$metadata", "api://{id}", "a%20b", "https://a.example/%2Fb%2F", "it's"]
    {
        assert_eq!(told_of(Setting::Audience, audience), [], "{audience}");
    }
    assert_eq!(told_of(Setting::Issuer, "http://[::1]:8080"), []);
}
