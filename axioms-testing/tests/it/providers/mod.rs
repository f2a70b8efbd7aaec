//! Each preset of a provider, with a token and a key set in the form that the provider documents.
//! Only the address of the keys is replaced: the issuer, the audience rule and the claim names are
//! the preset's.

mod shapes;

use std::time::{SystemTime, UNIX_EPOCH};

use axioms_core::{
    AccessToken, Algorithm, BuildError, Claim, InvalidToken, Issuer, Policy, Provider, RefusalCause, Setting,
    Validator, ValidatorBuilder,
};
use axioms_testing::{SigningKey, TestIssuer};
use serde_json::{Value, json};

use shapes::*;

/// A provider with its keys on loopback: its key set and its tokens.
struct Stage {
    shape: Shape,
    issuer: TestIssuer,
    key: SigningKey,
}

impl Stage {
    fn of(shape: Shape) -> Self {
        let issuer = TestIssuer::builder().algorithms([Algorithm::RS256]).start();
        let key = issuer.key(Algorithm::RS256).with_kid(shape.kid);
        issuer.set_jwks(json!({ "keys": [changed(&key.public_jwk(), &shape.jwk)] }).to_string());
        Self { shape, issuer, key }
    }

    fn builder(&self) -> ValidatorBuilder {
        let provider = self.shape.provider.clone();
        Validator::builder().provider(provider).audience(self.shape.audience).jwks_url(self.issuer.jwks_url())
    }

    fn sign(&self, changes: &Value) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let header = changed(&self.shape.header, &json!({ "alg": "RS256", "kid": self.shape.kid }));
        let claims = changed(&self.shape.claims, &json!({ "iat": now, "exp": now + 3600 }));
        self.issuer
            .token()
            .signed_with(&self.key)
            .raw_header(header.to_string())
            .raw_payload(changed(&claims, changes).to_string())
            .sign()
    }

    /// The verdict of a validator with this preset on the documented token, with some claims
    /// changed.
    fn check(&self, changes: &Value) -> Result<AccessToken, InvalidToken> {
        verdict(&self.builder().build().unwrap(), &self.sign(changes))
    }
}

fn verdict(validator: &Validator, token: &str) -> Result<AccessToken, InvalidToken> {
    validator.validate(token).map_err(|refusal| match refusal.cause() {
        RefusalCause::InvalidToken(reason) => *reason,
        other => panic!("{other:?}"),
    })
}

#[test]
fn a_token_of_the_documented_shape_is_accepted_with_all_that_it_grants() {
    for shape in shapes() {
        let stage = Stage::of(shape);
        let Shape { name, scopes, roles, permissions, .. } = stage.shape;
        let token = stage.check(&json!({})).unwrap_or_else(|reason| panic!("{name}: {reason}"));
        assert_eq!(token.scopes().collect::<Vec<_>>(), scopes, "{name}");
        assert_eq!(token.roles().collect::<Vec<_>>(), roles, "{name}");
        assert_eq!(token.permissions().collect::<Vec<_>>(), permissions, "{name}");
    }
}

#[test]
fn the_token_of_another_tenant_is_refused() {
    let others = [
        (auth0(), "https://other.eu.auth0.com/"),
        (auth0(), "https://tenant.eu.auth0.com"),
        (cognito(), "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_other"),
        (entra(), "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0"),
        (entra(), "https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/"),
        (entra_v1(), "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0"),
        (google(), "accounts.google.com"),
        (google_service_account(), "other@project.iam.gserviceaccount.com"),
        (google_service_account(), "https://accounts.google.com"),
        (keycloak(), "https://sso.example.com/realms/master"),
        (okta(), "https://example.okta.com"),
        (okta(), "https://example.okta.com/oauth2/aus1"),
    ];
    for (shape, other) in others {
        let stage = Stage::of(shape);
        assert_eq!(stage.check(&json!({ "iss": other })).err(), Some(InvalidToken::Issuer), "{other}");
    }
}

#[test]
fn the_token_of_another_audience_is_refused() {
    for shape in shapes() {
        let stage = Stage::of(shape);
        let (name, claim) =
            (stage.shape.name, if stage.shape.name == "Cognito" { "client_id" } else { "aud" });
        let foreign = stage.check(&json!({ claim: "another" }));
        assert_eq!(foreign.err(), Some(InvalidToken::Audience), "{name}");
        let none = stage.check(&json!({ "aud": null, "client_id": null }));
        assert_eq!(none.err(), Some(InvalidToken::ClaimMissing(Claim::AUD)), "{name}");
    }
}

#[test]
fn a_client_id_is_an_audience_at_cognito_alone() {
    for shape in shapes().into_iter().filter(|shape| !shape.name.starts_with("Cognito")) {
        let stage = Stage::of(shape);
        let token = stage.check(&json!({ "aud": null, "client_id": stage.shape.audience }));
        assert_eq!(token.err(), Some(InvalidToken::ClaimMissing(Claim::AUD)), "{}", stage.shape.name);
    }
}

#[test]
fn a_cognito_token_bound_to_another_resource_is_refused_whichever_client_asked_for_it() {
    let stage = Stage::of(cognito());
    for aud in [json!("https://other.example.com"), json!([]), json!("")] {
        assert_eq!(stage.check(&json!({ "aud": aud })).err(), Some(InvalidToken::Audience), "{aud}");
    }
    assert_eq!(stage.check(&json!({ "aud": 1 })).err(), Some(InvalidToken::ClaimMalformed(Claim::AUD)));
    let odd = stage.check(&json!({ "client_id": { "id": "xxxxxxxxxxxxexample" } }));
    assert_eq!(odd.err(), Some(InvalidToken::ClaimMalformed(Claim::new("client_id"))));
}

#[test]
fn other_tokens_of_a_provider_with_a_valid_audience_are_refused() {
    let cognito_id = json!({
        "aud": "xxxxxxxxxxxxexample", "client_id": null, "token_use": "id", "scope": null,
        "cognito:username": "my-test-user", "email": "a@example.com",
    });
    let rows = [
        (cognito(), cognito_id),
        (cognito(), json!({ "token_use": null })),
        (cognito(), json!({ "token_use": "ACCESS" })),
        (cognito(), json!({ "token_use": ["access"] })),
        (cognito_bound(), json!({ "token_use": null })),
        // Entra writes `at_hash` only if it also issues an access token. Without it, `azp` alone
        // distinguishes the two.
        (entra(), json!({ "azp": null, "azpacr": null, "scp": null, "nonce": "12345" })),
        (entra_v1(), json!({ "appid": null, "appidacr": null, "scp": null, "nonce": "12345" })),
        (entra_v1(), json!({ "appid": null, "azp": "11112222-bbbb-3333-cccc-4444dddd5555" })),
        (google(), json!({ "at_hash": "HK6E_P6Dh8Y93mRNtsDB1Q" })),
        (keycloak(), json!({ "typ": "ID" })),
        (keycloak(), json!({ "typ": "Refresh" })),
        (keycloak(), json!({ "typ": "UserInfo" })),
        (keycloak(), json!({ "typ": null })),
        (okta(), json!({ "at_hash": "fPlsvVszI29LU2UhDyJ9vg" })),
        (auth0(), json!({ "at_hash": "fPlsvVszI29LU2UhDyJ9vg" })),
    ];
    for (shape, changes) in rows {
        let stage = Stage::of(shape);
        let refusal = stage.check(&changes).err();
        assert!(
            matches!(refusal, Some(InvalidToken::NotAnAccessToken(_))),
            "{} {changes}: {refusal:?}",
            stage.shape.name,
        );
    }
}

#[test]
fn the_token_for_oktas_own_apis_is_refused_by_its_type() {
    let shape = Shape { header: json!({ "typ": "application/okta-internal-at+jwt" }), ..okta() };
    assert_eq!(Stage::of(shape).check(&json!({})).err(), Some(InvalidToken::Type));
}

#[test]
fn the_opaque_access_token_of_google_is_not_compact() {
    let stage = Stage::of(google());
    let validator = stage.builder().build().unwrap();
    let opaque = "ya29.a0AfH6SMBexampleexampleexample-Example_0163";
    assert_eq!(verdict(&validator, opaque).err(), Some(InvalidToken::NotCompact));
}

#[test]
fn a_role_that_the_token_lacks_is_missed() {
    let rows = [
        (cognito(), "testgroup", json!({ "cognito:groups": null })),
        (cognito(), "testgroup", json!({ "cognito:groups": null, "roles": ["testgroup"] })),
        (entra(), "Orders.Approver", json!({ "roles": ["Orders.Reader"] })),
        (keycloak(), "uma_authorization", json!({ "realm_access": { "roles": [] } })),
        (keycloak(), "uma_authorization", json!({ "realm_access": null, "roles": ["uma_authorization"] })),
        // A role of the realm, or of another client, is not a role of this client.
        (
            keycloak_client(),
            "approver",
            json!({ "resource_access": null, "realm_access": { "roles": ["approver"] } }),
        ),
        (
            keycloak_client(),
            "approver",
            json!({ "resource_access": { "account": { "roles": ["approver"] } } }),
        ),
    ];
    for (shape, role, changes) in rows {
        let stage = Stage::of(shape);
        let policy = Policy::builder().any_roles([role]).build().unwrap();
        assert_eq!(stage.check(&json!({})).unwrap().require(&policy), Ok(()), "{}", stage.shape.name);
        let lacking = stage.check(&changes).unwrap();
        assert!(lacking.require(&policy).is_err(), "{} {changes}", stage.shape.name);
    }
}

#[test]
fn an_encryption_key_does_not_affect_a_signing_key() {
    let stage = Stage::of(keycloak());
    let signing = stage.key.public_jwk();
    let encrypting = changed(&signing, &json!({ "use": "enc", "alg": "RSA-OAEP", "kid": "enc" }));
    stage.issuer.set_jwks(json!({ "keys": [encrypting, signing] }).to_string());
    assert!(stage.check(&json!({})).is_ok());
}

#[test]
fn explicit_settings_win_over_the_preset_in_either_order() {
    let stage = Stage::of(okta());
    let token = stage.sign(&json!({}));
    let explicit = |builder: ValidatorBuilder| builder.scope_claims(["scope"]).roles_claims(["groups"]);
    let before = explicit(Validator::builder()).provider(stage.shape.provider.clone());
    let after = explicit(Validator::builder().provider(stage.shape.provider.clone()));
    for builder in [before, after] {
        let validator = builder.audience("api://default").jwks_url(stage.issuer.jwks_url()).build().unwrap();
        let token = validator.validate(&token).unwrap();
        assert_eq!(token.scopes().count(), 0);
        assert_eq!(token.roles().collect::<Vec<_>>(), ["Everyone", "Clerks"]);
    }
}

#[test]
fn a_claim_can_be_required_next_to_a_presets_or_instead_of_it() {
    let stage = Stage::of(keycloak());
    let refused = |builder: ValidatorBuilder, changes: Value| {
        let found = verdict(&builder.build().unwrap(), &stage.sign(&changes));
        matches!(found.err(), Some(InvalidToken::NotAnAccessToken(_)))
    };
    let with_azp = || stage.builder().require_claim("azp", "shop-web");
    assert!(!refused(with_azp(), json!({})));
    assert!(refused(with_azp(), json!({ "azp": "another" })));
    assert!(refused(with_azp(), json!({ "typ": "UserInfo" })), "the preset's mark still counts");
    let instead = || stage.builder().require_claim("typ", "UserInfo");
    assert!(refused(instead(), json!({})));
    assert!(!refused(instead(), json!({ "typ": "UserInfo" })));
}

#[test]
fn the_keys_of_an_explicit_issuer_are_its_own() {
    // The preset would fetch its key set from auth0.com, without discovery of the issuer.
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).path("/tenant/").start();
    let preset = || Provider::auth0("tenant.eu.auth0.com");
    let of_builder = Validator::builder().provider(preset()).issuer(issuer.url());
    let of_issuer = Validator::builder().issuer(Issuer::new(issuer.url()).provider(preset()));
    for builder in [of_builder, of_issuer] {
        let validator = builder.audience("a").build().unwrap();
        assert!(verdict(&validator, &issuer.token().audience("a").permissions(["p"]).sign()).is_ok());
    }
    assert_eq!(issuer.fetches(), 2);
}

#[test]
fn a_keycloak_on_loopback_needs_no_https() {
    for server in ["http://localhost:8080", "http://127.0.0.1:8080/auth/"] {
        let keycloak = Provider::keycloak(server, "shop");
        let built = Validator::builder().provider(keycloak).audience("a").prefetch(false).build();
        assert!(built.is_ok(), "{server}");
    }
}

/// A build without `aws-lc-rs` cannot use TLS.
fn problems(builder: ValidatorBuilder) -> Vec<(Setting, Option<String>)> {
    let Err(BuildError::Config(error)) = builder.prefetch(false).build() else {
        panic!("a problem is expected");
    };
    let pair = |p: &axioms_core::Problem| (p.setting(), p.value().map(str::to_owned));
    error.problems().iter().map(pair).filter(|(setting, _)| *setting != Setting::Backend).collect()
}

#[test]
fn the_environment_names_a_preset() {
    let stage = Stage::of(entra());
    let tenant = format!("entra,{TENANT}");
    let validator = ValidatorBuilder::from_vars([
        ("AXIOMS_PROVIDER", tenant.as_str()),
        ("AXIOMS_AUDIENCE", stage.shape.audience),
        ("AXIOMS_JWKS_URL", &stage.issuer.jwks_url()),
    ])
    .build()
    .unwrap();
    assert_eq!(verdict(&validator, &stage.sign(&json!({}))).unwrap().scopes().count(), 2);

    let unknown = ValidatorBuilder::from_vars([
        ("AXIOMS_PROVIDER", "entra"),
        ("AXIOMS_AUDIENCE", "a"),
        ("AXIOMS_DOMAIN", "a.example"),
    ]);
    assert_eq!(problems(unknown), [(Setting::Provider, Some("entra".to_owned()))]);
}

#[test]
fn a_preset_without_a_tenant_does_not_build() {
    let common = Validator::builder().audience("a").provider(Provider::entra("common"));
    assert_eq!(problems(common), [(Setting::Provider, Some("common".to_owned()))]);

    let insecure =
        Validator::builder().audience("a").provider(Provider::keycloak("http://sso.example.com", "shop"));
    let url = "http://sso.example.com/realms/shop/protocol/openid-connect/certs";
    assert_eq!(problems(insecure), [(Setting::Provider, Some(url.to_owned()))]);

    let contradiction = Validator::builder().audience("a").provider(Provider::google()).any_issuer(true);
    assert_eq!(problems(contradiction), [(Setting::AnyIssuer, None)]);

    let no_audience = Validator::builder().provider(Provider::google());
    assert_eq!(problems(no_audience), [(Setting::Audience, None)]);
}
