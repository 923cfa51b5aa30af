import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, send } from './client.harness.ts';
import { useOneService } from './fault.harness.ts';
import type { TestGateway } from './gateway.harness.ts';
import { jsonAnswer } from './upstream.harness.ts';

// `npm run test:long` has two thousand of each, as an attacker would.
const MANY = process.env.TEST_DEPTH === 'long' ? 2_000 : 40;
/** Each takes megabytes of the system's buffers. */
const READERS = 6;
const { gatewayTo, service } = useOneService();
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** Connections that send these bytes, and then a few more each second; tells how many are still open. */
function slowClients(
  gateway: TestGateway,
  count: number,
  sent: { first: string; later: string; reads: boolean },
): () => number {
  let open = 0;
  for (let i = 0; i < count; i += 1) {
    const socket = connect(gateway.port, '127.0.0.1', () => socket.write(sent.first));
    sockets.push(socket);
    open += 1;
    socket.on('error', () => undefined);
    const more = setInterval(() => socket.write(sent.later), 1_000);
    socket.on('close', () => {
      clearInterval(more);
      open -= 1;
    });
    if (sent.reads) socket.resume();
  }
  return () => open;
}

const LARGE = jsonAnswer({ text: 'a'.repeat(60_000) });
const GET = 'GET /v1/assets/asset_1 HTTP/1.1\r\nhost: x\r\n\r\n';

describe('clients that are slow on purpose', () => {
  it.each([
    ['headers', MANY, { first: 'GET /v1/assets HTTP/1.1\r\nx-a: ', later: 'a', reads: true }],
    [
      'bodies',
      MANY,
      {
        first: 'POST /v1/assets HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n',
        later: ' ',
        reads: true,
      },
    ],
    // They ask on and on, until the system's buffers are full, however large these are.
    ['reading', READERS, { first: GET.repeat(500), later: GET.repeat(250), reads: false }],
  ])('%s: others are served meanwhile, and all of the slow ones are cut off', async (_, count, sent) => {
    const upstream = await service(LARGE);
    const gateway = await gatewayTo(upstream.url, {
      env: { ANSWER_TIMEOUT_MS: '3000', BODY_TIMEOUT_MS: '3000', UPSTREAM_QUEUE: '100000' },
    });
    const open = slowClients(gateway, count, sent);
    await eventually(async () => {
      const { status } = await send(gateway, '/v1/limits', { headers: { connection: 'close' } });
      // Nobody listens there in this test: the gateway's own answer, which is what counts here.
      expect(status).toBe(503);
      expect(open()).toBe(0);
    });
  });
});
