import { newId } from '@cairn/shared/ids';
import { describe, expect, it } from 'vitest';
import type { QuotaLedger } from '../domain/ports.ts';

const QUOTA = { bytes: 100, assets: 3, openUploads: 2 };

/** What every quota ledger must do; run on the memory twin and on DynamoDB. */
export function quotaLedgerContract(name: string, make: () => QuotaLedger): void {
  const wanted = (bytes: number, asin = newId('asset')) => ({ asin, bytes, assets: 1 });
  const reserved = { outcome: 'reserved' };

  describe(`quota ledger: ${name}`, () => {
    it('reserves up to the quota exactly, and says what would be exceeded', async () => {
      const ledger = make();
      const user = newId('user');
      const reserve = (bytes: number) => ledger.reserve(user, newId('upload'), wanted(bytes), QUOTA);
      expect(await reserve(101)).toEqual({ outcome: 'exceeded', what: 'bytes' });
      expect(await reserve(60)).toEqual(reserved);
      expect(await reserve(41)).toEqual({ outcome: 'exceeded', what: 'bytes' });
      expect(await reserve(40)).toEqual(reserved);
      expect(await reserve(0)).toEqual({ outcome: 'exceeded', what: 'openUploads' });
    });

    it('is not exceeded by racing reservations', async () => {
      const ledger = make();
      const user = newId('user');
      const quota = { bytes: 100, assets: 1_000, openUploads: 1_000 };
      const results = await Promise.all(
        Array.from({ length: 20 }, () => ledger.reserve(user, newId('upload'), wanted(10), quota)),
      );
      expect(results.filter(({ outcome }) => outcome === 'reserved')).toHaveLength(10);
    });

    it('counts a repeated reservation, settlement and release once', async () => {
      const ledger = make();
      const user = newId('user');
      const [a, b] = [newId('upload'), newId('upload')];
      const asset = wanted(60);
      await ledger.reserve(user, a, asset, QUOTA);
      expect(await ledger.reserve(user, a, asset, QUOTA)).toEqual(reserved);
      await ledger.settle(user, a);
      await ledger.settle(user, a);
      await ledger.release(user, a);
      await ledger.reserve(user, b, wanted(40), QUOTA);
      await ledger.release(user, b);
      await ledger.release(user, b);
      expect(await ledger.reserve(user, newId('upload'), wanted(41), QUOTA)).toMatchObject({ what: 'bytes' });
      expect(await ledger.reserve(user, newId('upload'), wanted(40), QUOTA)).toEqual(reserved);
    });

    it("gives a deleted asset's bytes back once, and not before its upload is settled", async () => {
      const ledger = make();
      const user = newId('user');
      const upload = newId('upload');
      const asset = wanted(100);
      await ledger.reserve(user, upload, asset, QUOTA);
      expect(await ledger.returnAsset(user, asset.asin)).toBe(false);
      await ledger.settle(user, upload);
      expect(await ledger.returnAsset(user, asset.asin)).toBe(true);
      expect(await ledger.returnAsset(user, asset.asin)).toBe(true);
      expect(await ledger.reserve(user, newId('upload'), wanted(100), QUOTA)).toEqual(reserved);
      expect(await ledger.reserve(user, newId('upload'), wanted(1), QUOTA)).toMatchObject({ what: 'bytes' });
    });

    it('has nothing to give back to somebody it does not know', async () => {
      const ledger = make();
      await ledger.settle(newId('user'), newId('upload'));
      await ledger.release(newId('user'), newId('upload'));
      expect(await ledger.returnAsset(newId('user'), newId('asset'))).toBe(true);
    });
  });
}
