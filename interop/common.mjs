// The protocol between a server script and the program that starts it: the first line on stdout names the issuer, a
// line "rotate" on stdin changes the signing keys, and the end of stdin ends the process, so that no server outlives
// the run. If the environment names a certificate and its key (TLS_CERTIFICATE, TLS_KEY: PEM files), the server uses
// https.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';

const { TLS_CERTIFICATE, TLS_KEY } = process.env;
export const scheme = TLS_KEY ? 'https' : 'http';

/**
 * Generates a private key and exports it as a JWK through PEM. Node 20 can deadlock if it exports a JWK from the
 * object that generated the key while the generating job is garbage-collected.
 */
export function generateJwk(type, options) {
  const privateKeyEncoding = { type: 'pkcs8', format: 'pem' };
  const { privateKey } = generateKeyPairSync(type, { ...options, privateKeyEncoding });
  return createPrivateKey(privateKey).export({ format: 'jwk' });
}

/** Listens on a free loopback port. Requests wait until `answer` is called with their handler. */
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

/** Prints that the server is ready, and executes commands until stdin ends. */
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
