/// <reference path="./dynalite-module.d.ts" />
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import dynalite from 'dynalite';
import db from 'dynalite/db/index.js';
import { rememberTables } from './dynalite-tables.ts';
import { LOOPBACK, loopbackUrl } from './loopback.ts';

export interface RunningEmulator {
  readonly url: string;
  close(): Promise<void>;
}

closeAbandonedIterators();
const createStore = db.create;
db.create = (options) => rememberTables(createStore(options));

const INSTANTLY = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };

/** DynamoDB on LevelDB in `path`. A write is in the operating system's hands before it is acknowledged. */
export async function startDynalite(options: {
  path: string;
  port: number;
  tableNames: readonly string[];
}): Promise<RunningEmulator> {
  await mkdir(options.path, { recursive: true });
  await finishHalfMadeTables(options.path, options.tableNames);
  return listen(dynalite({ path: options.path, ...INSTANTLY }), options.port);
}

/** DynamoDB in memory, for as long as it runs. */
export function startDynaliteInMemory(): Promise<RunningEmulator> {
  return listen(dynalite(INSTANTLY), 0);
}

async function listen(server: Server, atPort: number): Promise<RunningEmulator> {
  const finishRequests = survivePartingClients(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(atPort, LOOPBACK, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: loopbackUrl(port),
    async close() {
      await finishRequests();
      const closed = promisify(server.close.bind(server))();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * A new table is stored as CREATING and a moment later as ACTIVE. A kill between the two leaves it CREATING
 * for ever, and dynalite then neither uses nor deletes it.
 */
async function finishHalfMadeTables(path: string, names: readonly string[]): Promise<void> {
  const store = db.create({ path });
  await store.db.open();
  try {
    for (const name of names) {
      const table = await promisify(store.tableDb.get)(name).catch(() => undefined);
      if (table === undefined || table.TableStatus === 'ACTIVE') continue;
      table.TableStatus = 'ACTIVE';
      for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE';
      await promisify(store.tableDb.put)(name, table);
    }
  } finally {
    await store.db.close();
  }
}

/**
 * Corrects what dynalite does when a client hangs up: in the middle of a request it throws, which would end the
 * whole stack; and it works on a request that nobody waits for any more, which throws as well when it finds the
 * database closed. Returns how to take no more requests, and wait until the last one has been worked on.
 */
function survivePartingClients(server: Server): () => Promise<void> {
  const working = new Set<ServerResponse>();
  const idle = Promise.withResolvers<void>();
  let closing = false;
  const look = () => {
    if (closing && working.size === 0) idle.resolve();
  };
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const emit = request.emit.bind(request);
    request.emit = (event: string | symbol, ...args: unknown[]) => {
      if (event === 'error') return true;
      // Now it is whole, and dynalite begins.
      if (event === 'end') {
        if (closing) return false;
        working.add(response);
      }
      return emit(event, ...args);
    };
    const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
    response.end = (...args: unknown[]) => {
      working.delete(response);
      look();
      return end(...args);
    };
  });
  return async () => {
    closing = true;
    look();
    await idle.promise;
  };
}

/**
 * dynalite ends an iterator that it does not read to the end by calling `return`, which LevelDB's iterators do
 * not have: every Query with a limit would leave one open, and the memory that it holds.
 */
function closeAbandonedIterators(): void {
  const fromDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const level = fromDynalite('abstract-level') as Record<string, { prototype: object }>;
  for (const name of ['AbstractIterator', 'AbstractKeyIterator', 'AbstractValueIterator']) {
    const iterator = level[name]?.prototype;
    if (iterator === undefined) throw new Error(`abstract-level has no ${name} any more`);
    Object.assign(iterator, {
      return(this: { close(): Promise<void> }) {
        return this.close();
      },
    });
  }
}
