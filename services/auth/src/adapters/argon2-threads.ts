import { Worker } from 'node:worker_threads';
import type { Argon2Engine, Argon2Parameters } from './argon2-password-hasher.ts';

export type Argon2Job =
  | { readonly what: 'hash'; readonly password: string; readonly parameters: Argon2Parameters }
  | { readonly what: 'verify'; readonly stored: string; readonly password: string };

export type Argon2Reply =
  | { readonly id: number; readonly value: string | boolean }
  | { readonly id: number; readonly fault: string };

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, PromiseWithResolvers<string | boolean>>;
}

/**
 * Threads that do nothing but hash. In libuv's pool there are four for everything: hashing would take the turns
 * of signatures, files and name look-ups, and every next hash would wait for the event loop; here each thread
 * has its next one in hand. A thread that dies fails what it had.
 */
export function argon2Threads(count: number): Argon2Engine & { close(): Promise<void> } {
  let jobs = 0;
  const threads: Thread[] = Array.from({ length: count }, start);

  function start(): Thread {
    const worker = new Worker(new URL('argon2-worker.ts', import.meta.url));
    const pending: Thread['pending'] = new Map();
    const thread: Thread = { worker, pending };
    worker.unref();
    worker.on('message', (reply: Argon2Reply) => {
      const waiting = pending.get(reply.id);
      pending.delete(reply.id);
      if ('fault' in reply) waiting?.reject(new Error(`argon2 failed: ${reply.fault}`));
      else waiting?.resolve(reply.value);
    });
    // 'exit' follows, and does what is to be done.
    worker.on('error', () => undefined);
    worker.on('exit', (code) => {
      for (const waiting of pending.values()) waiting.reject(new Error('a hashing thread has ended'));
      const place = threads.indexOf(thread);
      if (code !== 0 && place >= 0) threads[place] = start();
    });
    return thread;
  }

  function run(job: Argon2Job): Promise<string | boolean> {
    const [first, ...others] = threads;
    if (first === undefined) return Promise.reject(new Error('there is no hashing thread'));
    const thread = others.reduce((a, b) => (b.pending.size < a.pending.size ? b : a), first);
    const id = (jobs += 1);
    const waiting = Promise.withResolvers<string | boolean>();
    thread.pending.set(id, waiting);
    thread.worker.postMessage({ id, job }, []);
    return waiting.promise;
  }

  return {
    hash: async (password, parameters) => String(await run({ what: 'hash', password, parameters })),
    verify: async (stored, password) => (await run({ what: 'verify', stored, password })) === true,
    async close() {
      const ending = threads.splice(0);
      await Promise.all(ending.map(({ worker }) => worker.terminate()));
    },
  };
}
