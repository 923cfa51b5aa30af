import { newId } from '@cairn/shared/ids';
import { describe, expect, it } from 'vitest';
import type { QuotaLedger } from '../domain/ports.ts';

const QUOTA = { bytes: 100, assets: 3, openUploads: 2 };

/** What every quota ledger must do; run on the memory twin and on DynamoDB. */
export function quotaLedgerContract(name: string, make: () => QuotaLedger): void {
  const wanted = (bytes: number, asin = newId('asset')) => ({ asin, bytes, assets: 1 });
  const reserved = { outcome: 'reserved' };
  const exceeded = (name: string, position: object = {}) => ({
    outcome: 'exceeded',
    exceeded: [expect.objectContaining({ field: `quota.${name}`, code: 'quota.exceeded', ...position })],
  });

  describe(`quota ledger: ${name}`, () => {
    it('reserves up to the quota exactly, and says what would be exceeded', async () => {
      const ledger = make();
      const user = newId('user');
      const reserve = (bytes: number) => ledger.reserve(user, newId('upload'), wanted(bytes), QUOTA);
      expect(await reserve(101)).toEqual(exceeded('bytes', { limit: 100, used: 0, wanted: 101 }));
      expect(await reserve(60)).toEqual(reserved);
      expect(await reserve(41)).toEqual(exceeded('bytes', { limit: 100, used: 60, wanted: 41 }));
      expect(await reserve(40)).toEqual(reserved);
      expect(await reserve(0)).toEqual(exceeded('open_uploads', { limit: 2, used: 2, wanted: 1 }));
    });

    it('names every quota that would be exceeded', async () => {
      const ledger = make();
      const quota = { bytes: 1, assets: 0, openUploads: 0 };
      const result = await ledger.reserve(newId('user'), newId('upload'), wanted(2), quota);
      const fields = result.outcome === 'exceeded' ? result.exceeded.map(({ field }) => field) : [];
      expect(fields).toEqual(['quota.bytes', 'quota.assets', 'quota.open_uploads']);
    });

    it('tells what is used and reserved, without changing it', async () => {
      const ledger = make();
      const user = newId('user');
      expect(await ledger.usage(user)).toEqual({ bytes: 0, assets: 0, openUploads: 0 });
      const upload = newId('upload');
      await ledger.reserve(user, upload, wanted(60), QUOTA);
      expect(await ledger.usage(user)).toEqual({ bytes: 60, assets: 1, openUploads: 1 });
      await ledger.settle(user, upload);
      expect(await ledger.usage(user)).toEqual({ bytes: 60, assets: 1, openUploads: 0 });
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
      expect(await ledger.reserve(user, newId('upload'), wanted(41), QUOTA)).toEqual(exceeded('bytes'));
      expect(await ledger.reserve(user, newId('upload'), wanted(40), QUOTA)).toEqual(reserved);
    });

    it("gives a deleted asset's bytes back once, and not before its upload is settled", async () => {
      const ledger = make();
      const user = newId('user');
      const upload = newId('upload');
      const asset = wanted(100);
      await ledger.reserve(user, upload, asset, QUOTA);
      expect(await ledger.returnAsset(user, asset.asin)).toEqual([upload]);
      await ledger.settle(user, upload);
      expect(await ledger.returnAsset(user, asset.asin)).toEqual([]);
      expect(await ledger.returnAsset(user, asset.asin)).toEqual([]);
      expect(await ledger.reserve(user, newId('upload'), wanted(100), QUOTA)).toEqual(reserved);
      expect(await ledger.reserve(user, newId('upload'), wanted(1), QUOTA)).toEqual(exceeded('bytes'));
    });

    it('names every upload that keeps a deleted asset from being given back, and no other', async () => {
      const ledger = make();
      const user = newId('user');
      const quota = { bytes: 100, assets: 9, openUploads: 9 };
      const [first, second, third, other] = [1, 2, 3, 4].map(() => newId('upload')) as [
        string,
        string,
        string,
        string,
      ];
      const asset = wanted(10);
      const further = { ...asset, assets: 0 };
      await ledger.reserve(user, first, asset, quota);
      await ledger.settle(user, first);
      await ledger.reserve(user, second, further, quota);
      await ledger.reserve(user, third, further, quota);
      await ledger.reserve(user, other, wanted(40), quota);
      expect((await ledger.returnAsset(user, asset.asin)).toSorted()).toEqual([second, third].toSorted());
      expect(await ledger.usage(user)).toEqual({ bytes: 70, assets: 2, openUploads: 3 });
      await ledger.release(user, second);
      await ledger.settle(user, third);
      expect(await ledger.returnAsset(user, asset.asin)).toEqual([]);
      expect(await ledger.usage(user)).toEqual({ bytes: 40, assets: 1, openUploads: 1 });
    });

    it.each([
      ['settled', 'settle', 'release'],
      ['settled later', 'release', 'settle'],
      ['released', 'release', 'release'],
    ] as const)(
      'counts an asset once whose first upload was never settled, while a further one is %s',
      async (_, ofFurther, then) => {
        const ledger = make();
        const user = newId('user');
        const [first, further] = [newId('upload'), newId('upload')];
        const asset = wanted(10);
        await ledger.reserve(user, first, asset, QUOTA);
        await ledger.reserve(user, further, { ...asset, assets: 0 }, QUOTA);
        if (ofFurther === 'settle') {
          await ledger.settle(user, further);
          await ledger[then](user, first);
        } else {
          await ledger.release(user, first);
          await ledger[then](user, further);
        }
        expect(await ledger.usage(user)).toMatchObject({ assets: 1, openUploads: 0 });
        expect(await ledger.returnAsset(user, asset.asin)).toEqual([]);
        expect(await ledger.usage(user)).toEqual({ bytes: 0, assets: 0, openUploads: 0 });
      },
    );

    it('returns a reservation once, also when it is released and settled at the same time', async () => {
      const ledger = make();
      for (let round = 0; round < 10; round += 1) {
        const user = newId('user');
        const upload = newId('upload');
        const asset = wanted(60);
        await ledger.reserve(user, newId('upload'), wanted(40), QUOTA);
        await ledger.reserve(user, upload, asset, QUOTA);
        const ends = ['release', 'settle', 'release', 'settle'] as const;
        await Promise.all(ends.map((end) => ledger[end](user, upload)));
        const after = await ledger.usage(user);
        expect([40, 100]).toContain(after.bytes);
        expect(after).toMatchObject({ assets: after.bytes === 40 ? 1 : 2, openUploads: 1 });
        await ledger.returnAsset(user, asset.asin);
        expect(await ledger.usage(user)).toEqual({ bytes: 40, assets: 1, openUploads: 1 });
      }
    });

    it('gives back what was removed of an asset once, however often and in whichever order it is said', async () => {
      const ledger = make();
      const user = newId('user');
      const quota = { bytes: 100, assets: 9, openUploads: 9 };
      const asset = wanted(30);
      const [first, second] = [newId('upload'), newId('upload')];
      await ledger.reserve(user, first, asset, quota);
      expect(await ledger.returnRemoved(user, asset.asin, 0)).toBe(true);
      expect(await ledger.returnRemoved(user, asset.asin, 10)).toBe(false);
      expect(await ledger.usage(user)).toMatchObject({ bytes: 30 });
      await ledger.settle(user, first);
      expect(await ledger.returnRemoved(user, asset.asin, 10)).toBe(true);
      // Removed and returned before its upload is settled: it is still given back once.
      await ledger.reserve(user, second, { asin: asset.asin, bytes: 40, assets: 0 }, quota);
      expect(await ledger.returnRemoved(user, asset.asin, 50)).toBe(true);
      await ledger.settle(user, second);
      expect(await ledger.returnRemoved(user, asset.asin, 10)).toBe(true);
      expect(await ledger.usage(user)).toEqual({ bytes: 20, assets: 1, openUploads: 0 });
      const said = Array.from({ length: 8 }, (_, i) => ledger.returnRemoved(user, asset.asin, 50 + (i % 4)));
      expect(await Promise.all(said)).toEqual(said.map(() => true));
      expect(await ledger.usage(user)).toEqual({ bytes: 17, assets: 1, openUploads: 0 });
      // The whole asset goes, with what is left of it; what is said of it later finds nothing.
      expect(await ledger.returnAsset(user, asset.asin)).toEqual([]);
      expect(await ledger.returnRemoved(user, asset.asin, 60)).toBe(true);
      expect(await ledger.usage(user)).toEqual({ bytes: 0, assets: 0, openUploads: 0 });
    });

    it('lists every ledger with what it holds, a page at a time', async () => {
      const ledger = make();
      const users = Array.from({ length: 23 }, () => newId('user'));
      const [upload, asset] = [newId('upload'), wanted(1)];
      for (const user of users) await ledger.reserve(user, upload, asset, QUOTA);
      await ledger.settle(users[0] ?? '', upload);
      const found = new Map<string, unknown>();
      let after: string | undefined;
      do {
        const page = await ledger.page(after);
        for (const { userId, uploadIds, asins } of page.ledgers) found.set(userId, { uploadIds, asins });
        after = page.next;
      } while (after !== undefined);
      expect(users.filter((user) => !found.has(user))).toEqual([]);
      expect(found.get(users[0] ?? '')).toEqual({ uploadIds: [], asins: [asset.asin] });
      expect(found.get(users[1] ?? '')).toEqual({ uploadIds: [upload], asins: [] });
    });

    it('I6: is closed once nothing is reserved any more, and what comes later does not open it', async () => {
      const ledger = make();
      const user = newId('user');
      const [upload, asset] = [newId('upload'), wanted(60)];
      await ledger.reserve(user, upload, asset, QUOTA);
      expect(await ledger.close(user)).toBe(false);
      await ledger.settle(user, upload);
      expect(await ledger.close(user)).toBe(true);
      await ledger.settle(user, upload);
      await ledger.release(user, upload);
      expect(await ledger.returnAsset(user, asset.asin)).toEqual([]);
      expect(await ledger.close(user)).toBe(true);
      const users: string[] = [];
      let after: string | undefined;
      do {
        const page = await ledger.page(after);
        users.push(...page.ledgers.map(({ userId }) => userId));
        after = page.next;
      } while (after !== undefined);
      expect(users).not.toContain(user);
    });

    it('has nothing to give back to somebody it does not know', async () => {
      const ledger = make();
      await ledger.settle(newId('user'), newId('upload'));
      await ledger.release(newId('user'), newId('upload'));
      expect(await ledger.returnAsset(newId('user'), newId('asset'))).toEqual([]);
      expect(await ledger.returnRemoved(newId('user'), newId('asset'), 1)).toBe(true);
    });
  });
}
