//! What is asked of each authorization server, and what the API must answer to the token that comes back.

/// The audience that the API accepts, and one that it does not.
pub(super) const API: &str = "https://api.example.com";
const OTHER_API: &str = "https://other.example.com";

/// A valid token is enough; the answer names its subject.
pub(super) const AUTHENTICATED: &str = "/api/authenticated";
const ONE_SCOPE: &str = "/api/scope-protected";
const BOTH_SCOPES: &str = "/api/all-scopes";

/// An authorization server: a script of `interop/`.
pub(super) struct Server {
    pub(super) name: &'static str,
    pub(super) script: Script,
    /// The parameter of the token request that names the audience.
    pub(super) audience_parameter: &'static str,
    /// What is asked over plain http, and over https with a certificate of a private authority.
    pub(super) rows: [(Transport, &'static [Row]); 2],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    Http,
    Https,
}

impl Transport {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

pub(super) enum Script {
    Node(&'static str),
    Python(&'static str),
}

/// A token to get, a route to take it to, and the answer that must come.
pub(super) struct Row {
    pub(super) when: When,
    pub(super) client: &'static str,
    pub(super) audience: &'static str,
    pub(super) scope: &'static str,
    /// What the token must turn out to be, so that a row cannot pass by way of a token that it does not mean.
    pub(super) shape: &'static str,
    pub(super) mode: Mode,
    pub(super) path: &'static str,
    pub(super) answer: Answer,
}

/// Which token is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// A new one.
    Now,
    /// The first one after the server changed its keys.
    AfterRotation,
    /// The last one from before it did.
    BeforeRotation,
}

/// How the API is configured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Default,
    /// `AXIOMS_STRICT_TYP=true`: the profile of RFC 9068 alone.
    Strict,
    /// Without `AXIOMS_CA_FILE`, so that the issuer's certificate is that of a stranger.
    Untrusting,
}

#[derive(Clone, Copy)]
pub(super) enum Answer {
    Ok,
    Refused { status: u16, error: &'static str, description: &'static str },
}

const NOT_GRANTED: Answer = Answer::Refused {
    status: 403,
    error: "insufficient_scope",
    description: "The access token does not grant what this resource requires",
};

const NO_KEYS: Answer = Answer::Refused {
    status: 503,
    error: "temporarily_unavailable",
    description: "The access token cannot be checked at the moment",
};

const fn invalid(description: &'static str) -> Answer {
    Answer::Refused { status: 401, error: "invalid_token", description }
}

const MALFORMED: Answer = invalid("The access token is malformed");
const OTHER_AUDIENCE: Answer = invalid("The access token is meant for another audience");
const BOUND: Answer = invalid("The access token is bound to a key");
const OTHER_TYPE: Answer = invalid("The token is not an access token");
const UNKNOWN_KEY: Answer = invalid("The access token's signature is not valid");

impl Row {
    /// The API itself as the audience, no scope, and a route that asks for no more than a valid token.
    const fn new(client: &'static str, shape: &'static str, answer: Answer) -> Self {
        Self {
            when: When::Now,
            client,
            audience: API,
            scope: "",
            shape,
            mode: Mode::Default,
            path: AUTHENTICATED,
            answer,
        }
    }

    const fn scope(self, scope: &'static str, path: &'static str) -> Self {
        Self { scope, path, ..self }
    }

    const fn audience(self, audience: &'static str) -> Self {
        Self { audience, ..self }
    }

    const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }

    const fn strict(self) -> Self {
        Self { mode: Mode::Strict, ..self }
    }

    const fn untrusting(self) -> Self {
        Self { mode: Mode::Untrusting, ..self }
    }
}

pub(super) const SERVERS: &[Server] = &[
    Server {
        name: "oidc-provider",
        script: Script::Node("oidc-provider.mjs"),
        audience_parameter: "resource",
        rows: [(Transport::Http, OIDC_PROVIDER), (Transport::Https, OIDC_PROVIDER_OVER_TLS)],
    },
    Server {
        name: "oauth2-mock-server",
        script: Script::Node("oauth2-mock-server.mjs"),
        audience_parameter: "aud",
        rows: [(Transport::Http, MOCK_SERVER), (Transport::Https, MOCK_SERVER_OVER_TLS)],
    },
    Server {
        name: "Authlib",
        script: Script::Python("authlib_server.py"),
        audience_parameter: "resource",
        rows: [(Transport::Http, AUTHLIB), (Transport::Https, AUTHLIB_OVER_TLS)],
    },
];

const OIDC_PROVIDER: &[Row] = &[
    Row::new("RS256", "at+jwt RS256", Answer::Ok),
    Row::new("RS384", "at+jwt RS384", Answer::Ok),
    Row::new("RS512", "at+jwt RS512", Answer::Ok),
    Row::new("PS256", "at+jwt PS256", Answer::Ok),
    Row::new("PS384", "at+jwt PS384", Answer::Ok),
    Row::new("PS512", "at+jwt PS512", Answer::Ok),
    Row::new("ES256", "at+jwt ES256", Answer::Ok),
    Row::new("ES384", "at+jwt ES384", Answer::Ok),
    Row::new("ES512", "at+jwt ES512", Answer::Ok),
    Row::new("EdDSA", "at+jwt EdDSA", Answer::Ok),
    Row::new("Ed25519", "at+jwt Ed25519", Answer::Ok),
    Row::new("ES256", "at+jwt ES256", Answer::Ok).strict(),
    Row::new("ES256", "at+jwt ES256", Answer::Ok).scope("read:messages", ONE_SCOPE),
    Row::new("ES256", "at+jwt ES256", Answer::Ok).scope("read:messages write:messages", BOTH_SCOPES),
    Row::new("ES256", "at+jwt ES256", NOT_GRANTED).scope("read:messages", BOTH_SCOPES),
    Row::new("ES256", "at+jwt ES256", NOT_GRANTED).scope("", ONE_SCOPE),
    Row::new("ES256", "at+jwt ES256", OTHER_AUDIENCE).audience(OTHER_API),
    Row::new("opaque", "opaque", MALFORMED),
    Row::new("HS256", "at+jwt HS256", MALFORMED),
    Row::new("encrypted", "JWE A256KW", MALFORMED),
    Row::new("DPoP", "at+jwt ES256 cnf", BOUND),
    Row::new("RS256", "at+jwt RS256", Answer::Ok).when(When::AfterRotation),
    Row::new("RS256", "at+jwt RS256", UNKNOWN_KEY).when(When::BeforeRotation),
    Row::new("ES256", "at+jwt ES256", Answer::Ok).when(When::AfterRotation),
    Row::new("ES256", "at+jwt ES256", UNKNOWN_KEY).when(When::BeforeRotation),
    Row::new("EdDSA", "at+jwt EdDSA", Answer::Ok).when(When::AfterRotation),
    Row::new("EdDSA", "at+jwt EdDSA", UNKNOWN_KEY).when(When::BeforeRotation),
];

const OIDC_PROVIDER_OVER_TLS: &[Row] = &[
    Row::new("RS256", "at+jwt RS256", Answer::Ok),
    Row::new("ES256", "at+jwt ES256", Answer::Ok),
    Row::new("ES256", "at+jwt ES256", NO_KEYS).untrusting(),
    Row::new("RS256", "at+jwt RS256", Answer::Ok).when(When::AfterRotation),
    Row::new("RS256", "at+jwt RS256", UNKNOWN_KEY).when(When::BeforeRotation),
    Row::new("ES256", "at+jwt ES256", Answer::Ok).when(When::AfterRotation),
    Row::new("ES256", "at+jwt ES256", UNKNOWN_KEY).when(When::BeforeRotation),
    Row::new("EdDSA", "at+jwt EdDSA", Answer::Ok).when(When::AfterRotation),
    Row::new("EdDSA", "at+jwt EdDSA", UNKNOWN_KEY).when(When::BeforeRotation),
];

const MOCK_SERVER: &[Row] = &[
    Row::new("any", "JWT RS256", Answer::Ok),
    Row::new("any", "JWT RS256", Answer::Ok).scope("read:messages", ONE_SCOPE),
    Row::new("any", "JWT RS256", NOT_GRANTED).scope("", ONE_SCOPE),
    Row::new("any", "JWT RS256", OTHER_AUDIENCE).audience(OTHER_API),
    Row::new("any", "JWT RS256", OTHER_TYPE).strict(),
    Row::new("any", "JWT RS256", Answer::Ok).when(When::AfterRotation),
    Row::new("any", "JWT RS256", Answer::Ok).when(When::BeforeRotation),
    Row::new("any", "JWT RS256", Answer::Ok).when(When::AfterRotation),
    Row::new("any", "JWT RS256", Answer::Ok).when(When::BeforeRotation),
    Row::new("any", "JWT RS256", Answer::Ok).when(When::AfterRotation),
    Row::new("any", "JWT RS256", Answer::Ok).when(When::BeforeRotation),
];

const MOCK_SERVER_OVER_TLS: &[Row] = &[
    Row::new("any", "JWT RS256", Answer::Ok),
    Row::new("any", "JWT RS256", NO_KEYS).untrusting(),
    Row::new("any", "JWT RS256", Answer::Ok).when(When::AfterRotation),
    Row::new("any", "JWT RS256", Answer::Ok).when(When::BeforeRotation),
    Row::new("any", "JWT RS256", Answer::Ok).when(When::AfterRotation),
    Row::new("any", "JWT RS256", Answer::Ok).when(When::BeforeRotation),
    Row::new("any", "JWT RS256", Answer::Ok).when(When::AfterRotation),
    Row::new("any", "JWT RS256", Answer::Ok).when(When::BeforeRotation),
];

const AUTHLIB: &[Row] = &[
    Row::new("RS256", "at+jwt RS256", Answer::Ok),
    Row::new("ES256", "at+jwt ES256", Answer::Ok),
    Row::new("RS256", "at+jwt RS256", Answer::Ok).strict(),
    Row::new("ES256", "at+jwt ES256", Answer::Ok).strict(),
    Row::new("RS256", "at+jwt RS256", Answer::Ok).scope("read:messages", ONE_SCOPE),
    Row::new("RS256", "at+jwt RS256", NOT_GRANTED).scope("write:messages", ONE_SCOPE),
    Row::new("RS256", "at+jwt RS256", NOT_GRANTED).scope("", ONE_SCOPE),
    Row::new("RS256", "at+jwt RS256", OTHER_AUDIENCE).audience(OTHER_API),
    Row::new("ES256", "at+jwt ES256", Answer::Ok).when(When::AfterRotation),
    Row::new("ES256", "at+jwt ES256", UNKNOWN_KEY).when(When::BeforeRotation),
    Row::new("RS256", "at+jwt RS256", Answer::Ok).when(When::AfterRotation),
    Row::new("RS256", "at+jwt RS256", UNKNOWN_KEY).when(When::BeforeRotation),
    Row::new("ES256", "at+jwt ES256", Answer::Ok).when(When::AfterRotation),
    Row::new("ES256", "at+jwt ES256", UNKNOWN_KEY).when(When::BeforeRotation),
];

const AUTHLIB_OVER_TLS: &[Row] = &[
    Row::new("RS256", "at+jwt RS256", Answer::Ok),
    Row::new("ES256", "at+jwt ES256", Answer::Ok),
    Row::new("ES256", "at+jwt ES256", NO_KEYS).untrusting(),
    Row::new("ES256", "at+jwt ES256", Answer::Ok).when(When::AfterRotation),
    Row::new("ES256", "at+jwt ES256", UNKNOWN_KEY).when(When::BeforeRotation),
    Row::new("RS256", "at+jwt RS256", Answer::Ok).when(When::AfterRotation),
    Row::new("RS256", "at+jwt RS256", UNKNOWN_KEY).when(When::BeforeRotation),
    Row::new("ES256", "at+jwt ES256", Answer::Ok).when(When::AfterRotation),
    Row::new("ES256", "at+jwt ES256", UNKNOWN_KEY).when(When::BeforeRotation),
];
