//! Doubtful settings, which warn and still build a validator.

use axioms_core::{Issuer, Provider, Validator, ValidatorBuilder};
use axioms_testing::AUDIENCE;
use tracing::Level;

use super::from_vars;
use crate::common::log;

#[test]
fn a_misspelt_variable_warns_and_has_no_effect() {
    log::capture();
    let rows = [
        ("AXIOMS_AUDIANCE", Some("AXIOMS_AUDIENCE")),
        ("AXIOMS_LEEWAYS", Some("AXIOMS_LEEWAY")),
        ("AXIOMS_SKIP_SIGNATURE", None),
        ("AXIOMS_leeway_", None),
    ];
    for (misspelt, meant) in rows {
        assert!(
            from_vars([(misspelt, "9999")]).build().is_ok(),
            "{misspelt}: 9999 is no leeway, had it been read"
        );
        let lines = log::lines_with(&format!("variable={misspelt} "));
        assert!(lines.iter().all(|line| line.level == Level::WARN), "{lines:?}");
        let hinted = lines.iter().any(|line| meant.is_none_or(|meant| line.text.contains(meant)));
        assert!(hinted, "{misspelt}: {lines:?}");
    }
    let no_audience = [("AXIOMS_AUDIANCE", AUDIENCE), ("AXIOMS_ISS_URL", "http://localhost:9")];
    assert!(ValidatorBuilder::from_vars(no_audience).build().is_err());
    // Names of other programs are not ours.
    assert!(from_vars([("AXIOM_AUDIENCE", "x"), ("PATH", "x"), ("axioms_leeway", "9999")]).build().is_ok());
    assert!(log::lines_with("axioms_leeway").is_empty());
}

/// Each value occurs only here, so the test can find its event.
#[test]
fn a_doubtful_setting_warns_once_and_has_effect() {
    log::capture();
    let rows = [
        (from_vars([("AXIOMS_JWKS_REFRESH_INTERVAL", "59")]), "setting=refresh_interval value=59 s ", 1),
        (from_vars([("AXIOMS_JWKS_REFRESH_INTERVAL", "60")]), "setting=refresh_interval value=60 s ", 0),
        (
            from_vars([("AXIOMS_SAFE_METHODS", "OPTIONS,HEAD,X-SAFE,TRACE")]),
            "setting=safe_methods value=X-SAFE ",
            1,
        ),
        (from_vars([("AXIOMS_SAFE_METHODS", "OPTIONS,HEAD")]), "setting=safe_methods value=OPTIONS ", 0),
        (
            from_vars([("AXIOMS_DOMAIN", "overridden.example.com")]),
            "setting=domain value=overridden.example.com ",
            1,
        ),
        (
            local_after(Provider::auth0("overridden.eu.auth0.com")),
            "setting=provider value=https://overridden.eu.auth0.com/ ",
            1,
        ),
        (
            local_after(Provider::okta("overridden.okta.com", "default")),
            "setting=provider value=https://overridden.okta.com/oauth2/default ",
            0,
        ),
        (
            Validator::builder().issuer(Issuer::new("http://localhost:9").audience(AUDIENCE)).add_issuer(
                Issuer::new("http://0.0.0.0:9/doubtful").audience(AUDIENCE).dangerous_allow_http(true),
            ),
            "setting=dangerous_allow_http value=true issuer=http://0.0.0.0:9/doubtful ",
            1,
        ),
    ];
    for (builder, text, count) in rows {
        assert!(log::lines_with(text).is_empty(), "not before it is built: {text}");
        assert!(builder.prefetch(false).build().is_ok(), "{text}");
        let lines = log::lines_with(text);
        assert_eq!(lines.len(), count, "{text}: {lines:?}");
        assert!(lines.iter().all(|line| line.level == Level::WARN && line.name == "axioms.config_warning"));
    }
}

/// A preset whose issuer is replaced by a later call.
fn local_after(preset: Provider) -> ValidatorBuilder {
    Validator::builder().provider(preset).audience(AUDIENCE).issuer("http://localhost:9")
}
