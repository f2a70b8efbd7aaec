// A certified OpenID Connect server (npm: oidc-provider), with resource indicators and JWT access tokens.
//
// The client selects the form of its token: `client_id` is the name of a signature algorithm, or `opaque`, `encrypted`
// or `DPoP`. The requested `resource` becomes the audience. Rotation replaces every key at once.
import { createPrivateKey, randomBytes, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import { generateJwk, listen, obey, scheme } from './common.mjs';

const ALGORITHMS = [
  'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519',
];
const CLIENTS = [...ALGORITHMS, 'HS256', 'opaque', 'encrypted', 'DPoP'];
const SECRET = randomBytes(32);

const { port, answer } = await listen();
const issuer = `${scheme}://127.0.0.1:${port}`;
let provider = await start();
const prove = prover();

answer(async (request, response) => {
  // Creates the DPoP proof (RFC 9449) for the client, which has no library to sign one.
  if (clientOf(request) === 'DPoP') request.headers.dpop = await prove(request);
  return provider.callback()(request, response);
});
await obey(issuer, async () => { provider = await start(); });

/** Creates the server with new keys without `alg`, so that the RSA and Ed25519 keys are published without one. */
async function start() {
  return new Provider(issuer, {
    jwks: { keys: await signingKeys() },
    clients: CLIENTS.map((name) => ({
      client_id: name,
      client_secret: 'secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      dpop_bound_access_tokens: name === 'DPoP',
    })),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: true },
      resourceIndicators: { enabled: true, getResourceServerInfo: tokenShape },
    },
    ttl: { ClientCredentials: 300 },
  });
}

function signingKeys() {
  const keys = [
    generateJwk('rsa', { modulusLength: 2048 }),
    generateJwk('ec', { namedCurve: 'P-256' }),
    generateJwk('ec', { namedCurve: 'P-384' }),
    generateJwk('ec', { namedCurve: 'P-521' }),
    generateJwk('ed25519'),
  ];
  return Promise.all(keys.map(async (key) => ({ ...key, use: 'sig', kid: await calculateJwkThumbprint(key) })));
}

function tokenShape(_ctx, resource, { clientId }) {
  const signed = (alg) => ({ sign: { alg, key: alg.startsWith('HS') ? SECRET : undefined } });
  const shape = (accessTokenFormat, jwt) => (
    { scope: 'read:messages write:messages', audience: resource, accessTokenFormat, jwt }
  );
  switch (clientId) {
    case 'opaque': return shape('opaque');
    case 'encrypted':
      return shape('jwt', { ...signed('RS256'), encrypt: { alg: 'A256KW', enc: 'A256GCM', key: SECRET } });
    case 'DPoP': return shape('jwt', signed('ES256'));
    default: return shape('jwt', signed(clientId));
  }
}

function clientOf(request) {
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
  return scheme === 'Basic' ? Buffer.from(credentials, 'base64').toString().split(':')[0] : undefined;
}

function prover() {
  const { d, ...jwk } = generateJwk('ec', { namedCurve: 'P-256' });
  const key = createPrivateKey({ key: { d, ...jwk }, format: 'jwk' });
  return (request) => new SignJWT({ htm: request.method, htu: `${issuer}${request.url}`, jti: randomUUID() })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
    .setIssuedAt()
    .sign(key);
}
