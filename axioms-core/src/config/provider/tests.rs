//! The issuer and the key URL of each preset, and the arguments that each refuses.

use super::*;

const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

#[test]
fn every_preset_names_its_issuer_and_key_set_exactly() {
    let rows = [
        (
            Provider::auth0("tenant.eu.auth0.com"),
            "https://tenant.eu.auth0.com/",
            "https://tenant.eu.auth0.com/.well-known/jwks.json",
        ),
        (
            Provider::auth0("https://Login.Example.com/"),
            "https://login.example.com/",
            "https://login.example.com/.well-known/jwks.json",
        ),
        (
            Provider::cognito("eu-west-1", "eu-west-1_AbCdEf123"),
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123/.well-known/jwks.json",
        ),
        (
            Provider::entra(TENANT.to_uppercase()),
            "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0",
            "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/discovery/v2.0/keys",
        ),
        (
            Provider::entra_v1(TENANT),
            "https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/",
            "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/discovery/keys",
        ),
        (Provider::google(), "https://accounts.google.com", "https://www.googleapis.com/oauth2/v3/certs"),
        (
            Provider::google_service_account("caller@project.iam.gserviceaccount.com"),
            "caller@project.iam.gserviceaccount.com",
            "https://www.googleapis.com/service_accounts/v1/jwk/caller@project.iam.gserviceaccount.com",
        ),
        (
            Provider::keycloak("https://sso.example.com/", "shop"),
            "https://sso.example.com/realms/shop",
            "https://sso.example.com/realms/shop/protocol/openid-connect/certs",
        ),
        (
            Provider::keycloak("http://localhost:8080/auth", "shop"),
            "http://localhost:8080/auth/realms/shop",
            "http://localhost:8080/auth/realms/shop/protocol/openid-connect/certs",
        ),
        (
            Provider::okta("example.okta.com", "default"),
            "https://example.okta.com/oauth2/default",
            "https://example.okta.com/oauth2/default/v1/keys",
        ),
    ];
    for (provider, issuer, jwks_url) in rows {
        assert_eq!((provider.issuer.as_str(), provider.jwks_url.as_str()), (issuer, jwks_url));
        assert!(provider.problems.is_empty(), "{issuer}");
    }
}

#[test]
fn what_cannot_be_a_tenant_is_a_problem_that_names_it() {
    let rows = [
        (Provider::auth0(""), ""),
        (Provider::auth0("tenant.eu.auth0.com/api"), "tenant.eu.auth0.com/api"),
        (Provider::cognito("eu-west-1", "us-east-1_AbCdEf123"), "us-east-1_AbCdEf123"),
        (Provider::cognito("eu-west-1", "eu-west-1_"), "eu-west-1_"),
        (Provider::entra("common"), "common"),
        (Provider::entra("contoso.onmicrosoft.com"), "contoso.onmicrosoft.com"),
        (Provider::entra_v1("aaaabbbb-0000-cccc-1111-dddd2222eeeg"), "aaaabbbb-0000-cccc-1111-dddd2222eeeg"),
        (Provider::google_service_account("caller"), "caller"),
        (Provider::google_service_account("a@b/../c"), "a@b/../c"),
        (Provider::keycloak("https://sso.example.com", "a/b"), "a/b"),
        (Provider::keycloak("https://sso.example.com?x", "shop"), "https://sso.example.com?***"),
        (Provider::keycloak("https://sso.example.com", "shop").client_roles(""), ""),
        (Provider::auth0("tenant.eu.auth0.com").client_roles("x"), "auth0"),
        (Provider::okta("example.okta.com", ""), ""),
        (Provider::okta("example.okta.com?x", "default"), "example.okta.com?***"),
    ];
    for (provider, value) in rows {
        let found: Vec<_> = provider.problems.iter().map(|p| (p.setting(), p.value())).collect();
        assert_eq!(found, [(Setting::Provider, Some(value))]);
    }
}

#[test]
fn a_client_id_is_one_step_of_the_pointer_whatever_is_in_it() {
    use serde_json::json;

    use crate::json::Object;
    use crate::token::claim_name::ClaimNames;

    for client_id in ["orders-api", "https://orders.example.com/~v1", "a~1b", "", "a.b:c"] {
        let provider = Provider::keycloak("https://sso.example.com", "shop").client_roles(client_id);
        let payload = json!({"resource_access": {client_id: {"roles": "here"}}}).to_string();
        let names = ClaimNames::parse([&*provider.dialect.roles_claim]);
        assert_eq!(names.first(&Object::parse(&payload).unwrap()).1, Some("\"here\""), "{client_id}");
    }
}

#[test]
fn the_environment_writes_every_preset_as_code_does() {
    let rows = [
        ("auth0,a.auth0.com", Provider::auth0("a.auth0.com")),
        ("cognito, eu-west-1, eu-west-1_A", Provider::cognito("eu-west-1", "eu-west-1_A")),
        (&format!("entra,{TENANT}"), Provider::entra(TENANT)),
        (&format!("entra_v1,{TENANT}"), Provider::entra_v1(TENANT)),
        ("google", Provider::google()),
        ("google_service_account,a@b.c", Provider::google_service_account("a@b.c")),
        ("keycloak,https://a,b", Provider::keycloak("https://a", "b")),
        ("keycloak,https://a,b,c", Provider::keycloak("https://a", "b").client_roles("c")),
        ("okta,a.okta.com,default", Provider::okta("a.okta.com", "default")),
    ];
    for (text, provider) in rows {
        assert_eq!(format!("{:?}", Provider::parse(text).unwrap()), format!("{provider:?}"));
    }
    for text in ["auth0", "auth0,a,b", "Auth0,a", "google,a", "ping,a", "okta,a", ","] {
        assert!(Provider::parse(text).unwrap_err().contains("auth0,DOMAIN"), "{text}");
    }
}
