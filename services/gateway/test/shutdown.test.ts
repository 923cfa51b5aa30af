import { Agent } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { eventually, send } from './client.harness.ts';
import { startGateway } from './gateway.harness.ts';
import { jsonAnswer, startUpstream } from './upstream.harness.ts';

/** In which each client asks once more, and is told. */
const LINGER_MS = 1_000;

describe('stopping', () => {
  it('loses no request of clients that keep asking, and ends soon after', async () => {
    let asked = 0;
    const upstream = await startUpstream((request, response) => {
      asked += 1;
      setTimeout(() => jsonAnswer()(request, response), asked % 10);
    });
    const gateway = await startGateway({ upstreams: { catalog: upstream.url } });
    const failures: unknown[] = [];
    let answered = 0;

    async function askUntilTold(): Promise<void> {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (;;) {
        const answer = await send(gateway, '/v1/assets', { agent }).catch((error: unknown) => error);
        if (!(answer instanceof Object && 'status' in answer && answer.status === 200)) {
          failures.push(answer);
          break;
        }
        answered += 1;
        const { headers } = answer as Awaited<ReturnType<typeof send>>;
        if (headers.connection === 'close') break;
      }
      agent.destroy();
    }

    const clients = Promise.all(Array.from({ length: 20 }, askUntilTold));
    await eventually(() => expect(answered).toBeGreaterThan(200));
    const startedAt = performance.now();
    await Promise.all([gateway.stop(LINGER_MS), clients]);
    expect(performance.now() - startedAt).toBeLessThan(LINGER_MS + 2_750);
    expect(failures).toEqual([]);
    expect(answered).toBe(asked);
    await upstream.close();
  });

  it('waits for the answers under way, and for nobody who only holds a connection', async () => {
    let answer: () => void = () => undefined;
    const upstream = await startUpstream((request, response) => {
      answer = () => jsonAnswer()(request, response);
    });
    const gateway = await startGateway({ upstreams: { catalog: upstream.url } });
    const silent = connect(gateway.port, '127.0.0.1');
    await once(silent, 'connect');
    const underWay = send(gateway, '/v1/assets');
    await eventually(() => expect(upstream.received).toHaveLength(1));
    const stopped = gateway.stop();
    const refused = eventually(async () => {
      await expect(send(gateway, '/v1/assets')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });
    await refused;
    answer();
    expect((await underWay).status).toBe(200);
    await stopped;
    await upstream.close();
  });
});
