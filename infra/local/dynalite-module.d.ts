declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }
  const dynalite: (options: DynaliteOptions) => Server;
  export default dynalite;
}

declare module 'dynalite/db/index.js' {
  export interface StoredTable {
    TableStatus: string;
    GlobalSecondaryIndexes?: { IndexStatus: string }[];
  }
  type Done = (error: Error | null, table?: StoredTable) => void;
  export interface Store {
    readonly db: { open(): Promise<void>; close(): Promise<void> };
    readonly tableDb: {
      get: (this: void, name: string, done: Done) => void;
      put: (this: void, name: string, table: StoredTable, done: (error: Error | null) => void) => void;
      del: (this: void, name: string, done: (error: Error | null) => void) => void;
    };
    /** With `false` in any state; without, only such as can be used. */
    getTable(name: string, anyState: boolean | Done, done?: Done): void;
  }
  const db: { create: (this: void, options: { path?: string }) => Store };
  export default db;
}
