import { Worker } from 'node:worker_threads';
import { hashHere, type BeginHash, type ContentHash } from '../../domain/inspecting/content-hash.ts';
import type { ToHashingOwner, ToHashingThread } from './protocol.ts';
import { threadedHash, type ThreadedHash } from './threaded-hash.ts';

export interface ThreadedHashing {
  readonly begin: BeginHash;
  close(): Promise<void>;
}

/** Below this a message costs more than the hash. */
const SMALL_BYTES = 2 ** 20;

/**
 * Hashes large files in a thread of its own: receiving a file takes one core, hashing it another. A thread
 * that dies fails the hashes that it had; the next one starts another.
 */
export function threadedHashing(): ThreadedHashing {
  const running = new Map<number, ThreadedHash>();
  let worker: Worker | undefined;
  let nextId = 1;

  function start(): Worker {
    const thread = new Worker(new URL('hashing-thread.ts', import.meta.url), { env: {} });
    // Idle, it keeps nothing alive; whoever hashes is kept alive by what it reads.
    thread.unref();
    thread.on('message', (message: ToHashingOwner) => {
      const hash = running.get(message.id);
      if (message.kind === 'taken') hash?.taken(message.buffer);
      else hash?.digested(message.sha256);
    });
    const fail = (cause?: unknown) => {
      if (worker !== thread) return;
      worker = undefined;
      for (const hash of running.values()) hash.fail(new Error('the hashing thread has ended', { cause }));
      running.clear();
    };
    thread.on('error', fail);
    thread.on('exit', () => fail());
    return thread;
  }

  function begin(): ContentHash {
    const id = nextId++;
    worker ??= start();
    const thread = worker;
    const hash = threadedHash({
      id,
      post: (message: ToHashingThread, owned) => thread.postMessage(message, owned),
      ended: () => running.delete(id),
    });
    running.set(id, hash);
    return hash;
  }

  return {
    begin: (content) => (content.sizeBytes < SMALL_BYTES ? hashHere(content) : begin()),
    async close() {
      await worker?.terminate();
    },
  };
}
