//! Every provider preset against a token and a key set of the shape that the provider documents. Only the address of
//! the keys is replaced; issuer, audience rule and claim names are the preset's own.

use std::time::{SystemTime, UNIX_EPOCH};

use axioms_core::{
    AccessToken, Algorithm, BuildError, Claim, InvalidToken, Issuer, Policy, Provider, RefusalCause, Setting,
    Validator, ValidatorBuilder,
};
use axioms_testing::{SigningKey, TestIssuer};
use serde_json::{Value, json};

const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
const API: &str = "https://api.example.com";

/// What a provider's documentation shows. `null` in `jwk` takes a member away from what the key says of itself.
struct Shape {
    name: &'static str,
    provider: Provider,
    audience: &'static str,
    /// Beside `alg` and `kid`.
    header: Value,
    kid: &'static str,
    jwk: Value,
    /// Beside `iat` and `exp`.
    claims: Value,
    scopes: &'static [&'static str],
    roles: &'static [&'static str],
    permissions: &'static [&'static str],
}

fn auth0() -> Shape {
    Shape {
        name: "Auth0",
        provider: Provider::auth0("tenant.eu.auth0.com"),
        audience: "https://example.com/health-api",
        header: json!({ "typ": "JWT" }),
        kid: "NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg",
        jwk: json!({ "x5t": "NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg", "x5c": ["MIIC+DCC"] }),
        claims: json!({
            "iss": "https://tenant.eu.auth0.com/",
            "sub": "auth0|123456",
            "aud": ["https://example.com/health-api", "https://tenant.eu.auth0.com/userinfo"],
            "azp": "my_client_id",
            "scope": "openid profile read:patients",
            "permissions": ["read:patients", "read:admin"],
        }),
        scopes: &["openid", "profile", "read:patients"],
        roles: &[],
        permissions: &["read:patients", "read:admin"],
    }
}

fn auth0_rfc_9068() -> Shape {
    Shape {
        name: "Auth0, RFC 9068 profile",
        header: json!({ "typ": "at+jwt" }),
        claims: json!({
            "iss": "https://tenant.eu.auth0.com/",
            "sub": "auth0|123456",
            "aud": "https://example.com/health-api",
            "client_id": "my_client_id",
            "jti": "73WakrfVbNJBaAmhQtEeDv",
            "scope": "read:patients",
        }),
        scopes: &["read:patients"],
        permissions: &[],
        ..auth0()
    }
}

fn cognito() -> Shape {
    Shape {
        name: "Cognito",
        provider: Provider::cognito("us-west-2", "us-west-2_example"),
        audience: "xxxxxxxxxxxxexample",
        header: json!({}),
        kid: "1234example=",
        jwk: json!({}),
        claims: json!({
            "iss": "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_example",
            "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
            "device_key": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
            "cognito:groups": ["testgroup"],
            "version": 2,
            "client_id": "xxxxxxxxxxxxexample",
            "origin_jti": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
            "event_id": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
            "token_use": "access",
            "scope": "phone openid resourceserver.1/appclient2",
            "auth_time": 1_676_313_851,
            "jti": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
            "username": "my-test-user",
        }),
        scopes: &["phone", "openid", "resourceserver.1/appclient2"],
        roles: &["testgroup"],
        permissions: &[],
    }
}

/// The same token, where the client asked for a resource: then it has `aud`, and `client_id` no longer stands in.
fn cognito_bound() -> Shape {
    let shape = cognito();
    let claims = changed(&shape.claims, &json!({ "aud": API }));
    Shape { name: "Cognito, bound to a resource", audience: API, claims, ..shape }
}

fn entra() -> Shape {
    Shape {
        name: "Entra",
        provider: Provider::entra(TENANT),
        audience: "00001111-aaaa-2222-bbbb-3333cccc4444",
        header: json!({ "typ": "JWT" }),
        kid: "A1bC2dE3fH4iJ5kL6mN7oP8qR9sT0u",
        jwk: json!({
            "alg": null,
            "x5t": "A1bC2dE3fH4iJ5kL6mN7oP8qR9sT0u",
            "x5c": ["MIIC/TCC"],
            "cloud_instance_name": "microsoftonline.com",
            "issuer": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
        }),
        claims: json!({
            "aud": "00001111-aaaa-2222-bbbb-3333cccc4444",
            "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
            "aio": "AXQAi/8TAAAA",
            "azp": "11112222-bbbb-3333-cccc-4444dddd5555",
            "azpacr": "0",
            "name": "Abe Lincoln",
            "oid": "22223333-cccc-4444-dddd-5555eeee6666",
            "preferred_username": "abeli@microsoft.com",
            "rh": "I",
            "roles": ["Orders.Approver"],
            "scp": "access_as_user Orders.Read",
            "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ",
            "tid": TENANT,
            "uti": "fqiBqXLPj0eQa82S-IYFAA",
            "ver": "2.0",
        }),
        scopes: &["access_as_user", "Orders.Read"],
        roles: &["Orders.Approver"],
        permissions: &[],
    }
}

/// What a daemon gets: application permissions in `roles`, no `scp`.
fn entra_daemon() -> Shape {
    let shape = entra();
    let daemon =
        json!({ "scp": null, "preferred_username": null, "idtyp": "app", "roles": ["Orders.Read.All"] });
    let claims = changed(&shape.claims, &daemon);
    Shape { name: "Entra, daemon", claims, scopes: &[], roles: &["Orders.Read.All"], ..shape }
}

fn entra_v1() -> Shape {
    Shape {
        name: "Entra, version 1",
        provider: Provider::entra_v1(TENANT),
        audience: "api://00001111-aaaa-2222-bbbb-3333cccc4444",
        header: json!({ "typ": "JWT", "x5t": "A1bC2dE3fH4iJ5kL6mN7oP8qR9sT0u" }),
        claims: json!({
            "aud": "api://00001111-aaaa-2222-bbbb-3333cccc4444",
            "iss": format!("https://sts.windows.net/{TENANT}/"),
            "acr": "1",
            "amr": ["pwd", "mfa"],
            "appid": "11112222-bbbb-3333-cccc-4444dddd5555",
            "appidacr": "0",
            "oid": "22223333-cccc-4444-dddd-5555eeee6666",
            "scp": "user_impersonation",
            "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ",
            "tid": TENANT,
            "unique_name": "abeli@microsoft.com",
            "ver": "1.0",
        }),
        // Only the documents of version 2 say which issuer a key is for.
        jwk: changed(&entra().jwk, &json!({ "issuer": null })),
        scopes: &["user_impersonation"],
        roles: &[],
        ..entra()
    }
}

fn google() -> Shape {
    Shape {
        name: "Google",
        provider: Provider::google(),
        audience: API,
        header: json!({ "typ": "JWT" }),
        kid: "e197bf2e87bd1905575f9b6e5eb426eda5d574e3",
        jwk: json!({}),
        claims: json!({
            "iss": "https://accounts.google.com",
            "aud": API,
            "azp": "111260650121245072906",
            "sub": "111260650121245072906",
            "email": "caller@project.iam.gserviceaccount.com",
            "email_verified": true,
        }),
        scopes: &[],
        roles: &[],
        permissions: &[],
    }
}

fn google_service_account() -> Shape {
    Shape {
        name: "Google, signed by a service account",
        provider: Provider::google_service_account("caller@project.iam.gserviceaccount.com"),
        claims: json!({
            "iss": "caller@project.iam.gserviceaccount.com",
            "sub": "caller@project.iam.gserviceaccount.com",
            "email": "caller@project.iam.gserviceaccount.com",
            "aud": API,
        }),
        ..google()
    }
}

fn keycloak() -> Shape {
    Shape {
        name: "Keycloak",
        provider: Provider::keycloak("https://sso.example.com", "shop"),
        audience: "orders-api",
        header: json!({ "typ": "JWT" }),
        kid: "nnniBrxL0qhG79pkF3ccQj_l0jDmxKrYYy2YLlEe1sM",
        jwk: json!({ "x5c": ["MIICmzCC"], "x5t": "AbC", "x5t#S256": "DeF" }),
        claims: json!({
            "jti": "trrtcc:312ee6a0-0000-4000-8000-000000000000",
            "iss": "https://sso.example.com/realms/shop",
            "aud": ["orders-api", "account"],
            "sub": "36fa0f91-f94d-4a0c-afed-6b7d952e47da",
            "typ": "Bearer",
            "azp": "shop-web",
            "sid": "2a88c258-f73a-4103-b862-e1fbd8f4e04e",
            "acr": "1",
            "allowed-origins": ["https://shop.example.com"],
            "realm_access": { "roles": ["offline_access", "default-roles-shop", "uma_authorization"] },
            "resource_access": {
                "orders-api": { "roles": ["approver"] },
                "https://orders.example.com/~v1": { "roles": ["clerk"] },
                "account": { "roles": ["manage-account", "view-profile"] },
            },
            "scope": "openid email orders:read",
            "email_verified": true,
            "preferred_username": "alice",
        }),
        scopes: &["openid", "email", "orders:read"],
        roles: &["offline_access", "default-roles-shop", "uma_authorization"],
        permissions: &[],
    }
}

fn keycloak_client() -> Shape {
    let shape = keycloak();
    let provider = shape.provider.clone().client_roles("orders-api");
    Shape { name: "Keycloak, client roles", provider, roles: &["approver"], ..shape }
}

fn keycloak_client_with_a_url_for_its_id() -> Shape {
    let shape = keycloak();
    let provider = shape.provider.clone().client_roles("https://orders.example.com/~v1");
    Shape { name: "Keycloak, client named by a URL", provider, roles: &["clerk"], ..shape }
}

fn okta() -> Shape {
    Shape {
        name: "Okta",
        provider: Provider::okta("example.okta.com", "default"),
        audience: "api://default",
        header: json!({}),
        kid: "ZkvelLN_seik7w4pc_prCcfUf-h2hFfiwkDeCrs0iUc",
        jwk: json!({}),
        claims: json!({
            "ver": 1,
            "jti": "AT.MNAoEQ_jbKqoinrQo1D0XKjMX28U5d7ZszBceot7-Ts",
            "iss": "https://example.okta.com/oauth2/default",
            "aud": "api://default",
            "cid": "0oabv6kx4qq6h1U5l0h7",
            "uid": "00ujmkLgagxeRrAg20g3",
            "scp": ["openid", "orders:read"],
            "auth_time": 1_688_145_909,
            "sub": "alice@example.com",
            "groups": ["Everyone", "Clerks"],
        }),
        scopes: &["openid", "orders:read"],
        roles: &[],
        permissions: &[],
    }
}

fn shapes() -> Vec<Shape> {
    vec![
        auth0(),
        auth0_rfc_9068(),
        cognito(),
        cognito_bound(),
        entra(),
        entra_daemon(),
        entra_v1(),
        google(),
        google_service_account(),
        keycloak(),
        keycloak_client(),
        keycloak_client_with_a_url_for_its_id(),
        okta(),
    ]
}

/// `value` with the members of `changes`, where `null` removes one.
fn changed(value: &Value, changes: &Value) -> Value {
    let mut value = value.clone();
    let members = value.as_object_mut().unwrap();
    for (name, change) in changes.as_object().unwrap() {
        match change {
            Value::Null => members.remove(name),
            change => members.insert(name.clone(), change.clone()),
        };
    }
    value
}

/// A provider with its keys on loopback: a key set as it publishes it, and tokens as it signs them.
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

    /// What a validator with this preset says of the documented token with some claims changed.
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
fn the_other_tokens_of_a_provider_are_refused_though_their_audience_is_right() {
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
        // Entra writes `at_hash` only beside an access token; without it, `azp` is all that tells the two apart.
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
fn the_token_that_okta_keeps_for_itself_is_refused_by_its_type() {
    let shape = Shape { header: json!({ "typ": "application/okta-internal-at+jwt" }), ..okta() };
    assert_eq!(Stage::of(shape).check(&json!({})).err(), Some(InvalidToken::Type));
}

#[test]
fn the_opaque_access_token_of_google_is_refused_for_its_shape() {
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
        // A role of the realm, or of another client, is not one of this client.
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
fn a_key_that_is_not_for_signatures_stands_beside_the_one_that_is() {
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
fn what_marks_an_access_token_can_be_required_beside_a_preset_or_in_its_place() {
    let stage = Stage::of(keycloak());
    let refused = |builder: ValidatorBuilder, changes: Value| {
        let found = verdict(&builder.build().unwrap(), &stage.sign(&changes));
        matches!(found.err(), Some(InvalidToken::NotAnAccessToken(_)))
    };
    let beside = || stage.builder().require_claim("azp", "shop-web");
    assert!(!refused(beside(), json!({})));
    assert!(refused(beside(), json!({ "azp": "another" })));
    assert!(refused(beside(), json!({ "typ": "UserInfo" })), "the preset's mark still counts");
    let instead = || stage.builder().require_claim("typ", "UserInfo");
    assert!(refused(instead(), json!({})));
    assert!(!refused(instead(), json!({ "typ": "UserInfo" })));
}

#[test]
fn the_keys_of_an_explicit_issuer_are_its_own() {
    // The preset's own key set would be asked for at auth0.com, and the discovery of the issuer would not.
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

/// But for TLS, which a build without `aws-lc-rs` leaves to the program.
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
fn a_preset_that_names_no_tenant_builds_nothing() {
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
