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
  interface StoredTable {
    TableStatus: string;
    GlobalSecondaryIndexes?: { IndexStatus: string }[];
  }
  interface Store {
    readonly db: { open(): Promise<void>; close(): Promise<void> };
    readonly tableDb: {
      get: (this: void, name: string, done: (error: Error | null, table?: StoredTable) => void) => void;
      put: (this: void, name: string, table: StoredTable, done: (error: Error | null) => void) => void;
    };
  }
  const db: { create(options: { path: string }): Store };
  export default db;
}
