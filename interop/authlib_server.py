"""RFC 9068 access tokens from Authlib's authorization server (PyPI: authlib) on Flask.

The client that asks decides how its token is signed: `client_id` is the name of the algorithm. The `resource` it asks
for becomes the audience. Its keys have `alg`, `use` and `kid`. As with the other servers, the first line on stdout
names the issuer, a line `rotate` on stdin replaces the keys, the end of stdin ends the process, and the environment may
name a certificate and its key (TLS_CERTIFICATE, TLS_KEY: PEM files) for https.
"""

import logging
import os
import sys
import threading

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from flask import Flask, request
from joserfc.jwk import ECKey, KeySet, RSAKey
from werkzeug.serving import make_server

app = Flask(__name__)
# The socket must listen first, because the issuer contains its port.
TLS = (os.environ["TLS_CERTIFICATE"], os.environ["TLS_KEY"]) if "TLS_KEY" in os.environ else None
server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=TLS)
ISSUER = f"{'https' if TLS else 'http'}://127.0.0.1:{server.port}"
KEYS = {}


def rotate():
    """Replaces every key."""
    for alg, kind, size in (("RS256", RSAKey, 2048), ("ES256", ECKey, "P-256")):
        KEYS[alg] = kind.generate_key(size, {"alg": alg, "use": "sig"}, auto_kid=True)


class Client(ClientMixin):
    """A confidential client that may ask for tokens of its own."""

    def __init__(self, client_id):
        self.client_id = client_id

    def get_client_id(self):
        return self.client_id

    def get_allowed_scope(self, scope):
        # Without one, the token says `"scope": ""`.
        return scope or ""

    def check_client_secret(self, client_secret):
        return client_secret == "secret"

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"


class Generator(JWTBearerTokenGenerator):
    """Signs with the current key of one algorithm."""

    def get_jwks(self):
        return KeySet([KEYS[self.alg]])

    def get_audiences(self, client, user, scope):
        return [request.form["resource"]]


def generate(client, **token_request):
    return Generator(ISSUER, alg=client.client_id)(client=client, **token_request)


oauth = AuthorizationServer(
    app,
    query_client=lambda client_id: Client(client_id) if client_id in KEYS else None,
    save_token=lambda token, token_request: None,
)
oauth.register_grant(ClientCredentialsGrant)
oauth.register_token_generator("client_credentials", generate)


@app.post("/token")
def token():
    return oauth.create_token_response()


@app.get("/jwks.json")
def jwks():
    return KeySet(list(KEYS.values())).as_dict(private=False)


@app.get("/.well-known/oauth-authorization-server")
def metadata():
    return {
        "issuer": ISSUER,
        "jwks_uri": f"{ISSUER}/jwks.json",
        "token_endpoint": f"{ISSUER}/token",
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
    }


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    rotate()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"issuer {ISSUER}", flush=True)
    for line in sys.stdin:
        if line.strip() == "rotate":
            rotate()
            print("rotated", flush=True)
    os._exit(0)
