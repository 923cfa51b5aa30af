import type { Upstream } from '../domain/ports.ts';

const MAX_BYTES = 8 * 1024 * 1024;

/** GETs a JSON document from a service, for the gateway itself. */
export function fetchJson(upstream: Upstream, path: string, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let status = 0;
    const fail = (reason: string) => {
      clearTimeout(timer);
      reject(new Error(`GET ${path}: ${reason}`));
    };
    const giveUp = (reason: string) => {
      call.abort('neutral');
      fail(reason);
    };
    const timer = setTimeout(giveUp, timeoutMs, 'timeout');
    const call = upstream.send(
      { method: 'GET', path, headers: ['accept', 'application/json'], body: null },
      {
        begin(answered) {
          status = answered;
        },
        data(chunk) {
          chunks.push(chunk);
          size += chunk.length;
          if (size > MAX_BYTES) giveUp('too large');
          return true;
        },
        end() {
          clearTimeout(timer);
          if (status !== 200) return fail(`status ${status}`);
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
          } catch {
            fail('not JSON');
          }
        },
        fail,
      },
    );
  });
}
