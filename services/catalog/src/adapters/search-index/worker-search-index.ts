import { Worker } from 'node:worker_threads';
import { DomainError } from '@cairn/shared/errors/domain-error';
import type { SearchHits, SearchIndex } from '../../domain/search/search-index.ts';
import type { Restored, Snapshots } from '../../domain/search/snapshot.ts';
import type { WorkerAnswer, WorkerMessage, WorkerRequest } from './worker-messages.ts';

/** Searches that may wait for their turn; more are refused at once instead of answered too late. */
const MAX_WAITING_SEARCHES = 256;
/** How much the newest search counts in what one takes. */
const NEWEST_SHARE = 0.1;
/**
 * Searches in the thread at a time. The rest wait here, so that their answers come one by one and whatever else this
 * thread serves has its turn between them. A second one to go on with would answer a quarter more searches where
 * nothing else is asked for, and cost who reads meanwhile as much.
 */
const SEARCHES_AT_A_TIME = 1;

export interface WorkerSearchIndex extends SearchIndex, Snapshots {
  close(): Promise<void>;
}

export interface WorkerSearchIndexOptions {
  /** Told once each time that the thread died, with what it died of. */
  readonly onLost?: (error: unknown) => void;
  readonly startWorker?: () => Worker;
  /** A search is refused that would have to wait longer, as far as can be told from those before. */
  readonly maxWaitMs?: number;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One whole index in a thread of its own: searches and merges never hold up the main thread. Should the thread
 * die, everything rejects until `reset`: an index that lost something must not answer.
 */
export function workerSearchIndex(options: WorkerSearchIndexOptions = {}): WorkerSearchIndex {
  const startWorker =
    options.startWorker ?? (() => new Worker(new URL('./index-worker.ts', import.meta.url)));
  const maxWaitMs = options.maxWaitMs ?? Infinity;
  const pending = new Map<number, Pending>();
  let nextId = 0;
  let searches = 0;
  let inThread = 0;
  let searchMs = 0;
  const turns: (() => void)[] = [];
  let lost = false;
  let closed = false;
  let worker = start();

  function start(): Worker {
    const started = startWorker();
    started.on('message', (answer: WorkerAnswer) => {
      const asked = pending.get(answer.id);
      pending.delete(answer.id);
      if (answer.ok) asked?.resolve(answer.value);
      else asked?.reject(answer.error);
    });
    const lose = (error: unknown) => {
      if (started !== worker || lost) return;
      lost = true;
      for (const { reject } of pending.values()) reject(unavailable(error));
      pending.clear();
      options.onLost?.(error);
    };
    started.on('error', lose);
    started.on('exit', (code) => lose(new Error(`The index's thread ended with ${code}`)));
    return started;
  }

  function ask(request: WorkerRequest, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (lost) return Promise.reject(unavailable());
    const message: WorkerMessage = { id: nextId, request };
    nextId += 1;
    return new Promise((resolve, reject) => {
      pending.set(message.id, { resolve, reject });
      worker.postMessage(message, transfer);
    });
  }

  return {
    async apply(changes) {
      await ask({ type: 'apply', changes });
    },

    async search(criteria, page) {
      const waiting = searches - inThread;
      if (searches >= MAX_WAITING_SEARCHES || waiting * searchMs > maxWaitMs) throw unavailable();
      searches += 1;
      if (inThread < SEARCHES_AT_A_TIME) inThread += 1;
      else await new Promise<void>((resolve) => turns.push(resolve));
      const startedAt = performance.now();
      try {
        return (await ask({ type: 'search', criteria, page })) as SearchHits;
      } finally {
        searches -= 1;
        // Those in the thread share its time.
        searchMs += ((performance.now() - startedAt) / inThread - searchMs) * NEWEST_SHARE;
        const next = turns.shift();
        if (next === undefined) inThread -= 1;
        else next();
      }
    },

    isLost: () => lost,

    async reset() {
      if (lost && !closed) {
        worker = start();
        lost = false;
      }
      await ask({ type: 'reset' });
    },

    async *snapshot(seq) {
      await ask({ type: 'snapshot', seq });
      try {
        for (;;) {
          const chunk = (await ask({ type: 'snapshot-chunk' })) as Uint8Array | null;
          if (chunk === null) return;
          yield chunk;
        }
      } finally {
        if (!lost) await ask({ type: 'snapshot-end' });
      }
    },

    async restore(chunks) {
      const restored = ask({ type: 'restore' }) as Promise<Restored>;
      // Awaited below; without this a thread that dies while chunks are awaited is an unhandled rejection.
      restored.catch(() => undefined);
      try {
        for await (const chunk of chunks) {
          // A copy: what a message holds goes with the whole buffer that it is a part of.
          const own = new Uint8Array(chunk);
          await ask({ type: 'restore-chunk', chunk: own }, [own.buffer]);
        }
      } finally {
        if (!lost) await ask({ type: 'restore-chunk', chunk: null });
      }
      return restored;
    },

    async close() {
      closed = true;
      lost = true;
      for (const { reject } of pending.values()) reject(unavailable());
      pending.clear();
      await worker.terminate();
    },
  };
}

const unavailable = (cause?: unknown) => new DomainError('search.unavailable', { retryable: true, cause });
