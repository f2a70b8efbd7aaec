//! An issuer with https: whom the validator trusts, whom it does not, and the error.

use axioms_core::http::StatusCode;
use axioms_core::{Algorithm, Validator, ValidatorBuilder};
use axioms_testing::{
    Behaviour, CertificateAuthority, Endpoint, RawRequest, ServerCertificate, TestClock, TestIssuer,
};

use crate::common::{self, BACKENDS, builder, lacks_keys, verdict};

/// An issuer with https, and the authority that its clients trust.
struct Bench {
    clock: TestClock,
    authority: CertificateAuthority,
    issuer: TestIssuer,
}

impl Bench {
    fn new() -> Self {
        let (clock, authority) = (TestClock::new(), CertificateAuthority::new());
        let issuer = TestIssuer::builder()
            .algorithms([Algorithm::ES256])
            .clock(clock.clone())
            .tls(&authority.issue())
            .start();
        Self { clock, authority, issuer }
    }

    fn builder(&self) -> ValidatorBuilder {
        builder(&self.issuer, &self.clock)
    }

    fn trusting(&self) -> ValidatorBuilder {
        self.builder().certificate_authorities(self.authority.pem())
    }

    fn accepts(&self, validator: &Validator) -> bool {
        verdict(validator, &self.issuer.token().sign()).is_ok()
    }
}

/// What is wrong with the server, and the part of the message that tells the operator what to do.
type Row = (&'static str, fn(&Bench), fn(&Bench) -> ValidatorBuilder, &'static [&'static str]);

const REMEDY: &str = "certificate_authorities (AXIOMS_CA_FILE";

fn present(bench: &Bench, certificate: impl FnOnce(&CertificateAuthority) -> ServerCertificate) {
    bench.issuer.present(&certificate(&bench.authority));
}

const REFUSED: &[Row] = &[
    ("no authority is configured", |_| {}, Bench::builder, &["not signed by an authority", REMEDY]),
    (
        "another authority of the same name is configured",
        |_| {},
        |bench| bench.builder().certificate_authorities(CertificateAuthority::new().pem()),
        &["not signed by an authority", REMEDY],
    ),
    (
        "another authority has signed",
        |bench| bench.issuer.present(&CertificateAuthority::new().issue()),
        Bench::trusting,
        &["not signed by an authority", REMEDY],
    ),
    (
        "expired",
        |bench| present(bench, CertificateAuthority::issue_expired),
        Bench::trusting,
        &["has expired", "renewed", "clock"],
    ),
    (
        "for another host",
        |bench| present(bench, |authority| authority.issue_for(&["issuer.example.com"])),
        Bench::trusting,
        &["is for", "issuer.example.com", "not for 127.0.0.1", "use a URL with a host that it is for"],
    ),
    (
        "its own authority",
        |bench| bench.issuer.present(&ServerCertificate::self_signed()),
        Bench::trusting,
        &["authority itself", "its own certificate"],
    ),
    (
        "plain http at the https address",
        |bench| bench.issuer.stop_tls(),
        Bench::trusting,
        &["does not speak TLS", "plain http"],
    ),
];

#[test]
fn a_private_authority_that_is_configured_is_trusted() {
    let bench = Bench::new();
    assert!(bench.issuer.url().starts_with("https://") && bench.issuer.jwks_url().starts_with("https://"));
    for backend in BACKENDS {
        let validator = bench.trusting().backend(*backend).fail_fast(true).build();
        assert!(bench.accepts(&validator.unwrap()), "{backend:?}");
        assert!(
            bench.builder().backend(*backend).fail_fast(true).build().is_err(),
            "{backend:?}, without it"
        );
    }
    let name = bench.issuer.jwks_url().replace("127.0.0.1", "localhost");
    assert!(bench.accepts(&bench.trusting().jwks_url(name).fail_fast(true).build().unwrap()), "by name");
}

#[test]
fn one_file_may_hold_several_authorities() {
    let bench = Bench::new();
    let (other, own) = (CertificateAuthority::new().pem(), bench.authority.pem());
    let comment = |line: &str| format!(" # {line}\r\n");
    let withdrawn: String = other.lines().map(comment).collect();
    for pem in [
        format!("{other}{own}"),
        format!("\u{feff}{own}# ours\n{other}"),
        own.replace('\n', "\r\n"),
        format!("{withdrawn}{own}"),
    ] {
        let builder = bench.builder().certificate_authorities(pem.as_str()).fail_fast(true);
        assert!(bench.accepts(&builder.build().unwrap()), "{pem}");
    }
    // The TLS library would trust only the first.
    for pem in [format!("{own}  {other}"), format!("{own}{}", other.replace("CERT", "TRUSTED CERT"))] {
        let error = bench.builder().certificate_authorities(pem).build().unwrap_err().to_string();
        assert!(error.contains("1 of its PEM blocks cannot be read"), "{error}");
    }
}

#[test]
fn a_server_that_is_not_trusted_is_an_outage_and_the_log_says_what_to_do() {
    for (what, break_it, settings, words) in REFUSED {
        let bench = Bench::new();
        break_it(&bench);
        let validator = settings(&bench).build().unwrap();
        let refusal = validator.validate(&bench.issuer.token().sign()).unwrap_err();
        assert_eq!(refusal.status(), StatusCode::SERVICE_UNAVAILABLE, "{what}");
        assert_eq!(bench.issuer.fetches(), 0, "{what}: nothing is asked over such a connection");

        let reported = validator.health().issuers.remove(0).last_error.unwrap();
        assert!(words.iter().all(|word| reported.contains(word)), "{what}: {reported}");
        let visible = common::visible(&refusal);
        assert!(
            words.iter().all(|word| !visible.contains(word)),
            "{what}: clients hear nothing of it: {visible}"
        );
    }
}

#[test]
fn fail_fast_stops_at_a_server_that_is_not_trusted_and_says_what_to_do() {
    for (what, break_it, settings, words) in REFUSED {
        let bench = Bench::new();
        break_it(&bench);
        let error = settings(&bench).fail_fast(true).build().unwrap_err().to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{what}: {error}");
    }
}

#[test]
fn a_good_certificate_ends_the_outage_without_a_restart() {
    for (what, break_it, _, _) in REFUSED.iter().skip(2) {
        let bench = Bench::new();
        break_it(&bench);
        let validator = bench.trusting().build().unwrap();
        assert!(!bench.accepts(&validator), "{what}");
        present(&bench, CertificateAuthority::issue);
        bench.clock.advance(std::time::Duration::from_secs(1));
        assert!(bench.accepts(&validator), "{what}");
    }
}

#[test]
fn a_bad_certificate_keeps_the_present_keys() {
    let bench = Bench::new();
    let validator = bench.trusting().build().unwrap();
    present(&bench, CertificateAuthority::issue_expired);
    let known = bench.issuer.token().sign();
    bench.issuer.rotate(Algorithm::ES256);
    assert!(lacks_keys(&verdict(&validator, &bench.issuer.token().sign())), "the new key is unavailable");
    assert!(verdict(&validator, &known).is_ok(), "the old one goes on");
    bench.issuer.present(&bench.authority.issue());
    bench.clock.advance(std::time::Duration::from_secs(1));
    assert!(bench.accepts(&validator));
}

/// The same failures under TLS, where a broken connection differs from one that ends.
#[test]
fn a_truncated_answer_under_tls_is_an_outage() {
    for behaviour in [Behaviour::Disconnect, Behaviour::Reset, Behaviour::Truncate, Behaviour::LengthTooLong]
    {
        let bench = Bench::new();
        bench.issuer.behave(Endpoint::Jwks, behaviour.clone());
        let validator = bench.trusting().build().unwrap();
        assert!(lacks_keys(&verdict(&validator, &bench.issuer.token().sign())), "{behaviour:?}");
        assert_eq!(bench.issuer.fetches(), 1, "{behaviour:?}");
    }
}

#[test]
fn the_https_address_of_the_issuer_refuses_plain_http() {
    let bench = Bench::new();
    assert!(RawRequest::get("/.well-known/jwks.json").send(bench.issuer.address()).is_err());
}

#[test]
#[should_panic(expected = "start it with `TestIssuerBuilder::tls`")]
fn an_issuer_of_http_addresses_has_no_certificate() {
    TestIssuer::builder()
        .algorithms([Algorithm::ES256])
        .start()
        .present(&CertificateAuthority::new().issue());
}
