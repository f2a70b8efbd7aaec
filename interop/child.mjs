// What every authorization server here has in common with the program that starts it: the first line on stdout names
// the issuer, a line "rotate" on stdin changes the signing keys, and the end of stdin ends the process, so that no
// server outlives the run.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

/** Listens on a free loopback port; requests wait until `answer` is called with what answers them. */
export async function listen() {
  let ready;
  const handler = new Promise((resolve) => { ready = resolve; });
  const server = createServer(async (request, response) => (await handler)(request, response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, answer: ready };
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
