/// <reference path="./dynalite-module.d.ts" />
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import dynalite from 'dynalite';
import db from 'dynalite/db/index.js';
import { LOOPBACK, loopbackUrl } from './loopback.ts';

export interface RunningEmulator {
  readonly url: string;
  close(): Promise<void>;
}

closeAbandonedIterators();

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
  survivePartingClients(server);
  const untilAnswered = watchRequests(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(atPort, LOOPBACK, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: loopbackUrl(port),
    async close() {
      const closed = promisify(server.close.bind(server))();
      await untilAnswered();
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
 * Resolves when no request is being worked on. One whose client is gone is worked on all the same, and finding
 * the database closed in the middle it would end the whole process.
 */
function watchRequests(server: Server): () => Promise<void> {
  const working = new Set<ServerResponse>();
  let idle = Promise.withResolvers<void>();
  const done = (response: ServerResponse) => {
    working.delete(response);
    if (working.size === 0) idle.resolve();
  };
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    // Not before: of a request that never arrives whole nothing is done.
    request.prependOnceListener('end', () => working.add(response));
    const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
    response.end = (...args: unknown[]) => {
      done(response);
      return end(...args);
    };
  });
  return async () => {
    while (working.size > 0) {
      idle = Promise.withResolvers();
      await idle.promise;
    }
  };
}

/** dynalite throws when a client hangs up in the middle of a request, which would end the whole stack. */
function survivePartingClients(server: Server): void {
  server.prependListener('request', (request: IncomingMessage) => {
    const emit = request.emit.bind(request);
    request.emit = (event: string | symbol, ...args: unknown[]) =>
      event === 'error' ? true : emit(event, ...args);
  });
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
