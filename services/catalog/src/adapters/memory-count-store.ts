import type { CountRow, CountStore } from '../domain/downloads/count-store.ts';
import type { RowKey } from '../domain/downloads/tally-tree.ts';

export function memoryCountStore(): CountStore & { size(): number } {
  const rows = new Map<string, Map<string, CountRow>>();
  const claims = new Map<string, string>();
  const find = ({ scope, entry }: RowKey) => rows.get(scope)?.get(entry);
  const set = (row: CountRow) => {
    const scope = rows.get(row.scope) ?? new Map<string, CountRow>();
    rows.set(row.scope, scope.set(row.entry, row));
  };
  return {
    size: () => claims.size + [...rows.values()].reduce((sum, scope) => sum + scope.size, 0),
    async claim(wanted) {
      for (const { scope, owner } of wanted) if (!claims.has(scope)) claims.set(scope, owner);
      return new Map(wanted.map(({ scope }) => [scope, claims.get(scope) ?? '']));
    },
    async put(added) {
      for (const row of added) set(row);
    },
    async raise(row) {
      if ((find(row)?.tally.raw ?? -1) < row.tally.raw) set(row);
    },
    get: async (key) => find(key),
    async list(scope, { from, to } = { from: '', to: '\uffff' }) {
      const found = [...(rows.get(scope)?.values() ?? [])];
      return found
        .filter(({ entry }) => entry >= from && entry <= to)
        .sort((a, b) => (a.entry < b.entry ? -1 : 1));
    },
    async remove(keys) {
      for (const { scope, entry } of keys) rows.get(scope)?.delete(entry);
    },
    async removeClaims(scopes) {
      for (const scope of scopes) claims.delete(scope);
    },
  };
}
