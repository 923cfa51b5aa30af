import type { QuotaLedger } from '../domain/ports.ts';
import { exceededQuotas, quotaPositions, type QuotaUsage } from '../domain/quota.ts';

interface Ledger {
  bytes: number;
  assets: number;
  reservations: Map<string, { asin: string; bytes: number; assets: number }>;
  held: Map<string, number>;
  returned: Map<string, number>;
}

const usageOf = ({ bytes, assets, reservations }: Ledger): QuotaUsage => ({
  bytes,
  assets,
  openUploads: reservations.size,
});

const reservationsOf = ({ reservations }: Ledger, asin: string): string[] =>
  [...reservations].filter(([, reserved]) => reserved.asin === asin).map(([uploadId]) => uploadId);

/** The twin of the DynamoDB ledger for unit tests; both pass quota-ledger.contract.ts. */
export function memoryQuotaLedger(): QuotaLedger {
  const ledgers = new Map<string, Ledger>();
  const of = (userId: string): Ledger => {
    const existing = ledgers.get(userId);
    if (existing !== undefined) return existing;
    const opened: Ledger = {
      bytes: 0,
      assets: 0,
      reservations: new Map(),
      held: new Map(),
      returned: new Map(),
    };
    ledgers.set(userId, opened);
    return opened;
  };

  return {
    async reserve(userId, uploadId, wanted, quota) {
      const ledger = of(userId);
      if (ledger.reservations.has(uploadId)) return { outcome: 'reserved' };
      const exceeded = exceededQuotas(quotaPositions(usageOf(ledger), wanted, quota));
      if (exceeded.length > 0) return { outcome: 'exceeded', exceeded };
      ledger.bytes += wanted.bytes;
      ledger.assets += wanted.assets;
      ledger.reservations.set(uploadId, wanted);
      return { outcome: 'reserved' };
    },
    async usage(userId) {
      const ledger = ledgers.get(userId);
      return ledger === undefined ? { bytes: 0, assets: 0, openUploads: 0 } : usageOf(ledger);
    },
    async settle(userId, uploadId) {
      const ledger = ledgers.get(userId);
      const reservation = ledger?.reservations.get(uploadId);
      if (ledger === undefined || reservation === undefined) return;
      ledger.held.set(reservation.asin, (ledger.held.get(reservation.asin) ?? 0) + reservation.bytes);
      ledger.reservations.delete(uploadId);
    },
    async release(userId, uploadId) {
      const ledger = ledgers.get(userId);
      const reservation = ledger?.reservations.get(uploadId);
      if (ledger === undefined || reservation === undefined) return;
      ledger.bytes -= reservation.bytes;
      ledger.reservations.delete(uploadId);
      const { asin, assets } = reservation;
      const isShared = ledger.held.has(asin) || reservationsOf(ledger, asin).length > 0;
      if (assets > 0 && isShared) ledger.held.set(asin, ledger.held.get(asin) ?? 0);
      else ledger.assets -= assets;
    },
    async returnAsset(userId, asin) {
      const ledger = ledgers.get(userId);
      if (ledger === undefined) return [];
      const reserved = reservationsOf(ledger, asin);
      if (reserved.length > 0) return reserved;
      const bytes = ledger.held.get(asin);
      if (bytes === undefined) return [];
      ledger.bytes -= bytes - (ledger.returned.get(asin) ?? 0);
      ledger.assets -= 1;
      ledger.held.delete(asin);
      ledger.returned.delete(asin);
      return [];
    },
    async returnRemoved(userId, asin, bytes) {
      const ledger = ledgers.get(userId);
      if (ledger === undefined) return true;
      const before = ledger.returned.get(asin) ?? 0;
      if (before >= bytes) return true;
      if (!ledger.held.has(asin)) return reservationsOf(ledger, asin).length === 0;
      ledger.bytes -= bytes - before;
      ledger.returned.set(asin, bytes);
      return true;
    },
    async close(userId) {
      if ((ledgers.get(userId)?.reservations.size ?? 0) > 0) return false;
      ledgers.delete(userId);
      return true;
    },
    async page() {
      const all = [...ledgers].map(([userId, { reservations, held }]) => ({
        userId,
        uploadIds: [...reservations.keys()],
        asins: [...held.keys()],
      }));
      return { ledgers: all, next: undefined };
    },
  };
}
