//! Presets for identity providers: the issuer, the URL of its keys, and how its tokens differ from
//! RFC 9068.

#[cfg(test)]
mod tests;

use std::fmt;

use super::dialect::Dialect;
use super::problem::Problem;
use super::redacted::redacted;
use super::setting::Setting;
use crate::token::claim_name::RequiredClaim;

/// A preset for an identity provider, for [`Issuer::provider`](crate::Issuer::provider).
///
/// A preset names the claims that the provider writes by default. For claims that an administrator
/// adds to the tokens, use settings such as [`roles_claims`](crate::Issuer::roles_claims).
///
/// In the environment, `AXIOMS_PROVIDER` is the constructor's name and its arguments, comma
/// separated: `auth0,tenant.eu.auth0.com`; `cognito,eu-west-1,eu-west-1_AbCdEf123`;
/// `entra,{tenant id}`; `entra_v1,{tenant id}`; `google`; `google_service_account,{email}`;
/// `keycloak,https://sso.example.com,shop`, with the client id of
/// [`client_roles`](Self::client_roles) as an optional fourth; `okta,example.okta.com,default`.
///
/// # Examples
/// ```no_run
/// use axioms_core::{Provider, Validator};
///
/// let validator = Validator::builder()
///     .provider(Provider::keycloak("https://sso.example.com", "shop").client_roles("orders-api"))
///     .audience("orders-api")
///     .build()?;
/// # Ok::<(), axioms_core::BuildError>(())
/// ```
#[derive(Clone)]
#[must_use = "a preset does nothing until a builder takes it"]
pub struct Provider {
    name: &'static str,
    pub(super) issuer: String,
    pub(super) jwks_url: String,
    pub(super) dialect: Dialect,
    /// Whether the dialect reads the roles of a client, set by [`Provider::client_roles`].
    pub(super) has_client_roles: bool,
    pub(super) problems: Vec<Problem>,
}

/// Omits passwords and queries.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("name", &self.name)
            .field("issuer", &redacted(&self.issuer))
            .field("jwks_url", &redacted(&self.jwks_url))
            .field("dialect", &self.dialect)
            .field("has_client_roles", &self.has_client_roles)
            .field("problems", &self.problems)
            .finish()
    }
}

impl Provider {
    /// Auth0, identified by the tenant's domain.
    ///
    /// Scopes are in `scope`, permissions in `permissions`. Auth0 writes no roles by default. An
    /// Action can add them in a claim whose name is a URL; set that name with
    /// [`roles_claims`](crate::Issuer::roles_claims). Tokens of a custom domain have that domain in
    /// `iss`: pass the custom domain instead of the tenant's.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{Provider, Validator};
    ///
    /// let builder = Validator::builder()
    ///     .provider(Provider::auth0("tenant.eu.auth0.com"))
    ///     .roles_claims(["https://example.com/roles"]);
    /// ```
    pub fn auth0(domain: impl AsRef<str>) -> Self {
        let host = host(domain.as_ref());
        Self::new(
            "auth0",
            format!("https://{host}/"),
            format!("https://{host}/.well-known/jwks.json"),
            Dialect::default(),
        )
        .demand(is_name(&host), &host, "write the tenant's domain, such as tenant.eu.auth0.com")
    }

    /// An Amazon Cognito user pool.
    ///
    /// Its access tokens name the resource server in `aud` only if the client requested it
    /// (resource binding). For all other tokens, set the audience to the id of the app client,
    /// which is in `client_id`. A token must have `token_use` = `access`. Groups (`cognito:groups`)
    /// are read as roles.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{Provider, Validator};
    ///
    /// let builder = Validator::builder()
    ///     .provider(Provider::cognito("eu-west-1", "eu-west-1_AbCdEf123"))
    ///     .audience("1h57kf5cpq17m0eml12EXAMPLE");
    /// ```
    pub fn cognito(region: impl AsRef<str>, user_pool: impl AsRef<str>) -> Self {
        let (region, user_pool) = (region.as_ref(), user_pool.as_ref());
        let issuer = format!("https://cognito-idp.{region}.amazonaws.com/{user_pool}");
        let jwks_url = format!("{issuer}/.well-known/jwks.json");
        let dialect = Dialect {
            audience_claims: &["aud", "client_id"],
            mark: Some(RequiredClaim::of_provider("token_use", Some("access"))),
            roles_claim: "cognito:groups".into(),
            ..Dialect::default()
        };
        let of_region = user_pool.strip_prefix(region).and_then(|rest| rest.strip_prefix('_'));
        Self::new("cognito", issuer, jwks_url, dialect)
            .demand(is_name(region), region, "write the pool's region, such as eu-west-1")
            .demand(
                of_region.is_some_and(is_name),
                user_pool,
                "write the user pool's id, which starts with its region, such as eu-west-1_AbCdEf123",
            )
    }

    /// Microsoft Entra ID, for one tenant, identified by its id, and an API whose tokens have
    /// version 2.0.
    ///
    /// Scopes are in `scp`. Roles (app roles, and the permissions of daemons) are in `roles`. `aud`
    /// is the API's client id. A token must have `azp`, because an ID token for a client of the
    /// same registration has the same audience but no `azp`. APIs that use version 1, which is the
    /// default for new registrations, need [`entra_v1`](Self::entra_v1).
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{Provider, Validator};
    ///
    /// let builder = Validator::builder()
    ///     .provider(Provider::entra("aaaabbbb-0000-cccc-1111-dddd2222eeee"))
    ///     .audience("00001111-aaaa-2222-bbbb-3333cccc4444");
    /// ```
    pub fn entra(tenant: impl AsRef<str>) -> Self {
        let tenant = tenant.as_ref().to_ascii_lowercase();
        Self::entra_of(
            "entra",
            &tenant,
            format!("https://login.microsoftonline.com/{tenant}/v2.0"),
            format!("https://login.microsoftonline.com/{tenant}/discovery/v2.0/keys"),
            RequiredClaim::of_provider("azp", None),
        )
    }

    /// Microsoft Entra ID, for one tenant, identified by its id, and an API whose tokens have
    /// version 1.0.
    ///
    /// It differs from [`entra`](Self::entra) in the issuer (`https://sts.windows.net/{tenant}/`),
    /// in the audience, which is the one that the client requested (`api://...` or the client id),
    /// and in `appid`, which replaces `azp`.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{Provider, Validator};
    ///
    /// let builder = Validator::builder()
    ///     .provider(Provider::entra_v1("aaaabbbb-0000-cccc-1111-dddd2222eeee"))
    ///     .audience("api://00001111-aaaa-2222-bbbb-3333cccc4444");
    /// ```
    pub fn entra_v1(tenant: impl AsRef<str>) -> Self {
        let tenant = tenant.as_ref().to_ascii_lowercase();
        Self::entra_of(
            "entra_v1",
            &tenant,
            format!("https://sts.windows.net/{tenant}/"),
            format!("https://login.microsoftonline.com/{tenant}/discovery/keys"),
            RequiredClaim::of_provider("appid", None),
        )
    }

    fn entra_of(
        name: &'static str,
        tenant: &str,
        issuer: String,
        jwks_url: String,
        mark: RequiredClaim,
    ) -> Self {
        let dialect = Dialect { mark: Some(mark), scope_claim: "scp", ..Dialect::default() };
        Self::new(name, issuer, jwks_url, dialect).demand(
            is_guid(tenant),
            tenant,
            "write the tenant's id, a GUID, as it is in `iss`; `iss` never contains a name or `common`",
        )
    }

    /// ID tokens that Google signs for service accounts, for calls between services.
    ///
    /// **Google's access tokens are opaque and are refused, because only Google can check them.**
    /// Instead, a service can send an ID token whose audience is the API's own URL. Any service
    /// account of any Google customer can get one for any audience. A valid token therefore
    /// identifies the caller (`sub`, `email`) but grants nothing: it has no scopes and no roles,
    /// and a bare `#[requires]` accepts all of them. Compare the subject, or use
    /// [`google_service_account`](Self::google_service_account).
    ///
    /// The ID token of a user who signs in is not an access token. ID tokens with `at_hash` are
    /// refused. To exclude the others, never set the id of an OAuth client as the audience.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{Provider, Validator};
    ///
    /// let builder = Validator::builder().provider(Provider::google()).audience("https://api.example.com");
    /// ```
    pub fn google() -> Self {
        let jwks_url = "https://www.googleapis.com/oauth2/v3/certs".to_owned();
        Self::new("google", "https://accounts.google.com".to_owned(), jwks_url, Dialect::default())
    }

    /// Tokens that one Google service account signs with its own key. The issuer is the account's
    /// email address.
    ///
    /// The account itself writes the claims, including `scope`, so trust them only as far as you
    /// trust the account.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{Provider, Validator};
    ///
    /// let builder = Validator::builder()
    ///     .provider(Provider::google_service_account("caller@project.iam.gserviceaccount.com"))
    ///     .audience("https://api.example.com");
    /// ```
    pub fn google_service_account(email: impl AsRef<str>) -> Self {
        let email = email.as_ref();
        let is_email = email.split_once('@').is_some_and(|(name, domain)| is_name(name) && is_name(domain));
        let jwks_url = format!("https://www.googleapis.com/service_accounts/v1/jwk/{email}");
        Self::new("google_service_account", email.to_owned(), jwks_url, Dialect::default()).demand(
            is_email,
            email,
            "write the account's email address, such as caller@project.iam.gserviceaccount.com",
        )
    }

    /// A Keycloak realm, identified by the server's URL and the realm's name.
    ///
    /// Roles are those of the realm (`/realm_access/roles`) or, with
    /// [`client_roles`](Self::client_roles), of one client. A token must have the claim `typ` =
    /// `Bearer`. The URL of servers before Keycloak 17 ends with `/auth`.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{Provider, Validator};
    ///
    /// let builder = Validator::builder()
    ///     .provider(Provider::keycloak("https://sso.example.com", "shop"))
    ///     .audience("orders-api");
    /// ```
    pub fn keycloak(server: impl AsRef<str>, realm: impl AsRef<str>) -> Self {
        let (server, realm) = (server.as_ref().trim_end_matches('/'), realm.as_ref());
        let issuer = format!("{server}/realms/{realm}");
        let jwks_url = format!("{issuer}/protocol/openid-connect/certs");
        let dialect = Dialect {
            mark: Some(RequiredClaim::of_provider("typ", Some("Bearer"))),
            roles_claim: "/realm_access/roles".into(),
            ..Dialect::default()
        };
        Self::new("keycloak", issuer, jwks_url, dialect)
            .demand(!server.contains(['?', '#']), server, "write the server's URL without query and fragment")
            .demand(is_name(realm), realm, "write the realm's name as it is in Keycloak's URLs")
    }

    /// Reads the roles of this Keycloak client instead of the realm's. The two are never mixed: a
    /// realm role does not count as a client role of the same name.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::Provider;
    ///
    /// let keycloak = Provider::keycloak("https://sso.example.com", "shop").client_roles("orders-api");
    /// ```
    pub fn client_roles(mut self, client_id: impl AsRef<str>) -> Self {
        let client_id = client_id.as_ref();
        // RFC 6901 section 3: the id may be a URL, whose slashes must not separate steps of the
        // path.
        let token = client_id.replace('~', "~0").replace('/', "~1");
        self.dialect.roles_claim = format!("/resource_access/{token}/roles").into();
        self.has_client_roles = true;
        let (keycloak, name) = (self.name == "keycloak", self.name);
        self.demand(keycloak, name, "only Keycloak has client roles; set roles_claims instead").demand(
            !client_id.is_empty(),
            client_id,
            "write the id of the client whose roles count",
        )
    }

    /// An Okta custom authorization server, identified by the organization's domain and the
    /// server's id, such as `default`.
    ///
    /// Scopes are in `scp`, an array. Okta writes no roles. A groups claim can be added to the
    /// access token; set its name with [`roles_claims`](crate::Issuer::roles_claims).
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{Provider, Validator};
    ///
    /// let builder = Validator::builder()
    ///     .provider(Provider::okta("example.okta.com", "default"))
    ///     .roles_claims(["groups"])
    ///     .audience("api://default");
    /// ```
    pub fn okta(domain: impl AsRef<str>, server: impl AsRef<str>) -> Self {
        let (host, server) = (host(domain.as_ref()), server.as_ref());
        let issuer = format!("https://{host}/oauth2/{server}");
        let jwks_url = format!("{issuer}/v1/keys");
        Self::new("okta", issuer, jwks_url, Dialect { scope_claim: "scp", ..Dialect::default() })
            .demand(is_name(&host), &host, "write the organization's domain, such as example.okta.com")
            .demand(
                is_name(server),
                server,
                "write the id of a custom authorization server, such as default; tokens of the \
                    organization's own server are only for Okta",
            )
    }

    /// Reads `AXIOMS_PROVIDER`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split(',').map(str::trim).collect();
        let mut preset = match words.as_slice() {
            ["auth0", domain] => Self::auth0(domain),
            ["cognito", region, user_pool] => Self::cognito(region, user_pool),
            ["entra", tenant] => Self::entra(tenant),
            ["entra_v1", tenant] => Self::entra_v1(tenant),
            ["google"] => Self::google(),
            ["google_service_account", email] => Self::google_service_account(email),
            ["keycloak", server, realm] => Self::keycloak(server, realm),
            ["keycloak", server, realm, client_id] => Self::keycloak(server, realm).client_roles(client_id),
            ["okta", domain, server] => Self::okta(domain, server),
            _ => {
                return Err("write one of auth0,DOMAIN; cognito,REGION,USER_POOL; entra,TENANT; \
                    entra_v1,TENANT; google; google_service_account,EMAIL; keycloak,SERVER,REALM; \
                    keycloak,SERVER,REALM,CLIENT; okta,DOMAIN,SERVER"
                    .to_owned());
            }
        };
        // A password that contains a comma can be hidden only if the whole text is known.
        let whole = |problem: Problem| problem.with_value(text);
        preset.problems = preset.problems.into_iter().map(whole).collect();
        Ok(preset)
    }

    fn new(name: &'static str, issuer: String, jwks_url: String, dialect: Dialect) -> Self {
        Self { name, issuer, jwks_url, dialect, has_client_roles: false, problems: Vec::new() }
    }

    /// Records a problem unless `holds`. The builder reports it together with all others.
    fn demand(mut self, holds: bool, value: &str, remedy: &str) -> Self {
        if !holds {
            self.problems.push(Problem::invalid(Setting::Provider, value, remedy));
        }
        self
    }
}

/// The domain as it is in `iss`. `domain` may include a scheme and a final slash.
fn host(domain: &str) -> String {
    let bare = domain.split_once("://").map_or(domain, |(_, rest)| rest);
    bare.trim_end_matches('/').to_ascii_lowercase()
}

/// Whether the text can be a host or one path segment of a URL (RFC 3986 section 2.3).
fn is_name(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    !text.is_empty() && text.bytes().all(unreserved)
}

fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
