// A mock server that many test suites use (npm: oauth2-mock-server). Its keys have `alg` but no `use`. Its tokens have
// the type `JWT`, no `sub`, and the audience in the request's `aud`.
//
// Rotation adds a key and keeps the old ones published; from then on they take turns to sign, the new one first.
import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import { generateJwk, listen, obey, scheme } from './common.mjs';

const { port, answer } = await listen();
const issuer = new OAuth2Issuer();
issuer.url = `${scheme}://localhost:${port}`;
await addKey();
answer(new OAuth2Service(issuer).requestHandler);

await obey(issuer.url, async () => {
  const old = issuer.keys.toJSON().length;
  await addKey();
  for (let n = 0; n < old; n += 1) issuer.keys.get(); // Passes over the old keys, whose turn it is.
});

function addKey() {
  return issuer.keys.add({ ...generateJwk('rsa', { modulusLength: 2048 }), alg: 'RS256' });
}
