//! Tokens and keys in the form that each provider documents.

use axioms_core::Provider;
use serde_json::{Value, json};

pub(super) const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
pub(super) const API: &str = "https://api.example.com";

/// The provider's documented example. `null` in `jwk` removes that member from the key.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) provider: Provider,
    pub(super) audience: &'static str,
    /// In addition to `alg` and `kid`.
    pub(super) header: Value,
    pub(super) kid: &'static str,
    pub(super) jwk: Value,
    /// In addition to `iat` and `exp`.
    pub(super) claims: Value,
    pub(super) scopes: &'static [&'static str],
    pub(super) roles: &'static [&'static str],
    pub(super) permissions: &'static [&'static str],
}

pub(super) fn auth0() -> Shape {
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

pub(super) fn auth0_rfc_9068() -> Shape {
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

pub(super) fn cognito() -> Shape {
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

/// The same token after the client requested a resource: it then has `aud`, which counts instead of
/// `client_id`.
pub(super) fn cognito_bound() -> Shape {
    let shape = cognito();
    let claims = changed(&shape.claims, &json!({ "aud": API }));
    Shape { name: "Cognito, bound to a resource", audience: API, claims, ..shape }
}

pub(super) fn entra() -> Shape {
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

/// A daemon's token: application permissions in `roles`, no `scp`.
pub(super) fn entra_daemon() -> Shape {
    let shape = entra();
    let daemon =
        json!({ "scp": null, "preferred_username": null, "idtyp": "app", "roles": ["Orders.Read.All"] });
    let claims = changed(&shape.claims, &daemon);
    Shape { name: "Entra, daemon", claims, scopes: &[], roles: &["Orders.Read.All"], ..shape }
}

pub(super) fn entra_v1() -> Shape {
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
        // Only documents of version 2 say which issuer a key is for.
        jwk: changed(&entra().jwk, &json!({ "issuer": null })),
        scopes: &["user_impersonation"],
        roles: &[],
        ..entra()
    }
}

pub(super) fn google() -> Shape {
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

pub(super) fn google_service_account() -> Shape {
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

pub(super) fn keycloak() -> Shape {
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

pub(super) fn keycloak_client() -> Shape {
    let shape = keycloak();
    let provider = shape.provider.clone().client_roles("orders-api");
    Shape { name: "Keycloak, client roles", provider, roles: &["approver"], ..shape }
}

pub(super) fn keycloak_client_with_a_url_for_its_id() -> Shape {
    let shape = keycloak();
    let provider = shape.provider.clone().client_roles("https://orders.example.com/~v1");
    Shape { name: "Keycloak, client named by a URL", provider, roles: &["clerk"], ..shape }
}

pub(super) fn okta() -> Shape {
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

pub(super) fn shapes() -> Vec<Shape> {
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
pub(super) fn changed(value: &Value, changes: &Value) -> Value {
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
