import type { QuotaLedger } from '../domain/ports.ts';

interface Ledger {
  bytes: number;
  assets: number;
  reservations: Map<string, { asin: string; bytes: number; assets: number }>;
  held: Map<string, number>;
}

/** The twin of the DynamoDB ledger for unit tests; both pass quota-ledger.contract.ts. */
export function memoryQuotaLedger(): QuotaLedger {
  const ledgers = new Map<string, Ledger>();
  const of = (userId: string): Ledger => {
    const existing = ledgers.get(userId);
    if (existing !== undefined) return existing;
    const opened: Ledger = { bytes: 0, assets: 0, reservations: new Map(), held: new Map() };
    ledgers.set(userId, opened);
    return opened;
  };

  return {
    async reserve(userId, uploadId, wanted, quota) {
      const ledger = of(userId);
      if (ledger.reservations.has(uploadId)) return { outcome: 'reserved' };
      if (ledger.bytes + wanted.bytes > quota.bytes) return { outcome: 'exceeded', what: 'bytes' };
      if (ledger.assets + wanted.assets > quota.assets) return { outcome: 'exceeded', what: 'assets' };
      if (ledger.reservations.size >= quota.openUploads) return { outcome: 'exceeded', what: 'openUploads' };
      ledger.bytes += wanted.bytes;
      ledger.assets += wanted.assets;
      ledger.reservations.set(uploadId, wanted);
      return { outcome: 'reserved' };
    },
    async settle(userId, uploadId) {
      const ledger = of(userId);
      const reservation = ledger.reservations.get(uploadId);
      if (reservation === undefined) return;
      ledger.held.set(reservation.asin, (ledger.held.get(reservation.asin) ?? 0) + reservation.bytes);
      ledger.reservations.delete(uploadId);
    },
    async release(userId, uploadId) {
      const ledger = of(userId);
      const reservation = ledger.reservations.get(uploadId);
      if (reservation === undefined) return;
      ledger.bytes -= reservation.bytes;
      ledger.assets -= reservation.assets;
      ledger.reservations.delete(uploadId);
    },
    async returnAsset(userId, asin) {
      const ledger = of(userId);
      if ([...ledger.reservations.values()].some((reserved) => reserved.asin === asin)) return false;
      const bytes = ledger.held.get(asin);
      if (bytes === undefined) return true;
      ledger.bytes -= bytes;
      ledger.assets -= 1;
      ledger.held.delete(asin);
      return true;
    },
  };
}
