// What every authorization server here has in common with the program that starts it: the first line on stdout names
// the issuer, a line "rotate" on stdin changes the signing keys, and the end of stdin ends the process, so that no
// server outlives the run. Where the environment names a certificate and its key (TLS_CERTIFICATE, TLS_KEY: PEM files),
// the server speaks https.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';

const { TLS_CERTIFICATE, TLS_KEY } = process.env;
export const scheme = TLS_KEY ? 'https' : 'http';

/**
 * A new private key as a JWK, by way of PEM: when Node 20 exports a key as a JWK from the very object that generated
 * it, and the generating job is garbage-collected meanwhile, the two wait for one lock forever.
 */
export function generateJwk(type, options) {
  const privateKeyEncoding = { type: 'pkcs8', format: 'pem' };
  const { privateKey } = generateKeyPairSync(type, { ...options, privateKeyEncoding });
  return createPrivateKey(privateKey).export({ format: 'jwk' });
}

/** Listens on a free loopback port; requests wait until `answer` is called with what answers them. */
export async function listen() {
  let ready;
  const handler = new Promise((resolve) => { ready = resolve; });
  const server = createServer(async (request, response) => (await handler)(request, response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, answer: ready };
}

function createServer(handler) {
  if (!TLS_KEY) return http.createServer(handler);
  return https.createServer({ cert: readFileSync(TLS_CERTIFICATE), key: readFileSync(TLS_KEY) }, handler);
}

/** Says that the server is ready, and obeys until stdin ends. */
export async function obey(issuer, rotate) {
  console.log(`issuer ${issuer}`);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === 'rotate') {
      await rotate();
      console.log('rotated');
    }
  }
  process.exit(0);
}
