import type { Store, StoredTable } from 'dynalite/db/index.js';

type Done = (error: Error | null, table?: StoredTable) => void;

/**
 * dynalite reads a table's description from LevelDB, and parses it, for every call that is about an item: a fifth
 * of its time. Here the description is kept until one is written or removed; whoever reads it to change it, and
 * says so by asking for tables in any state, reads it anew.
 */
export function rememberTables(store: Store): Store {
  const { tableDb } = store;
  const getTable = store.getTable.bind(store);
  const known = new Map<string, StoredTable>();
  /** What was read before a write began, or during it, is not kept. */
  let writes = 0;
  const forget = () => {
    writes += 1;
    known.clear();
  };
  const { put, del } = tableDb;
  tableDb.put = (name, table, done) => {
    forget();
    put(name, table, (error) => {
      forget();
      done(error);
    });
  };
  tableDb.del = (name, done) => {
    forget();
    del(name, (error) => {
      forget();
      done(error);
    });
  };

  store.getTable = (name: string, anyState: boolean | Done, done?: Done) => {
    if (typeof anyState !== 'function') return getTable(name, anyState, done);
    const table = known.get(name);
    if (table !== undefined) return process.nextTick(anyState, null, table);
    const before = writes;
    return getTable(name, (error, read) => {
      if (error === null && read !== undefined && before === writes) known.set(name, read);
      anyState(error, read);
    });
  };
  return store;
}
