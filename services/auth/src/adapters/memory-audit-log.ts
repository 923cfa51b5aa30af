import type { AuditLog } from '../domain/account-ports.ts';
import type { AuditEntry } from '../domain/audit.ts';

export function memoryAuditLog(): AuditLog {
  const entries = new Map<string, AuditEntry>();
  return {
    async append(entry) {
      const key = `${entry.date}#${entry.entry_id}`;
      if (!entries.has(key)) entries.set(key, entry);
    },
    async list({ limit, after }) {
      const newestFirst = [...entries].sort(([a], [b]) => (a < b ? 1 : -1));
      const from = newestFirst.filter(([key]) => after === undefined || key < after);
      const page = from.slice(0, limit);
      const next = from.length > limit ? page.at(-1)?.[0] : undefined;
      return { entries: page.map(([, entry]) => entry), ...(next === undefined ? {} : { next }) };
    },
  };
}
