import { describe, expect, test } from 'vitest';
import type { NameClaimRepository } from '../domain/ports.ts';
import { aClaim } from '../testing/builders.ts';

/** What every `NameClaimRepository` does. */
export function nameClaimsContract(name: string, underTest: () => NameClaimRepository): void {
  describe(`name claims on ${name}`, () => {
    test('a free name is claimed, and found with its claim', async () => {
      const names = underTest();
      const claim = aClaim({ name: 'mara@b\u00fccher.example#1' });
      expect(await names.find(claim.name)).toBeUndefined();
      expect(await names.claim(claim)).toEqual(claim);
      expect(await names.find(claim.name)).toEqual(claim);
    });

    test('claiming again, as after a lost answer, gives the same claim', async () => {
      const names = underTest();
      const claim = aClaim();
      await names.claim(claim);
      expect(await names.claim(claim)).toEqual(claim);
    });

    test('a name that is held stays with its holder', async () => {
      const names = underTest();
      const held = aClaim();
      await names.claim(held);
      expect(await names.claim(aClaim({ name: held.name }))).toEqual(held);
      expect(await names.find(held.name)).toEqual(held);
    });

    test('of many who claim a name at once one gets it, and all are told whom', async () => {
      const names = underTest();
      const { name } = aClaim();
      const holders = await Promise.all(Array.from({ length: 20 }, () => names.claim(aClaim({ name }))));
      expect(new Set(holders.map((holder) => holder.user_id)).size).toBe(1);
    });

    test('a claim is taken over as it was read', async () => {
      const names = underTest();
      const stale = aClaim();
      await names.claim(stale);
      const next = aClaim({ name: stale.name });
      expect(await names.claim(next, stale)).toEqual(next);
      expect(await names.claim(next, stale)).toEqual(next);
      expect(await names.find(stale.name)).toEqual(next);
    });

    test('a claim that was confirmed, or taken over, since it was read is not taken over', async () => {
      const names = underTest();
      const read = aClaim();
      await names.claim(read);
      await names.confirm(read.name, read.user_id);
      const confirmed = { ...read, state: 'confirmed' as const };
      expect(await names.claim(aClaim({ name: read.name }), read)).toEqual(confirmed);
      const next = aClaim({ name: read.name });
      await names.claim(next, confirmed);
      expect(await names.claim(aClaim({ name: read.name }), confirmed)).toEqual(next);
    });

    test('a claim that was released since it was read is simply claimed', async () => {
      const names = underTest();
      const read = aClaim();
      const next = aClaim({ name: read.name });
      expect(await names.claim(next, read)).toEqual(next);
    });

    test('only its holder confirms a claim, as often as it likes', async () => {
      const names = underTest();
      const claim = aClaim();
      expect(await names.confirm(claim.name, claim.user_id)).toBe(false);
      expect(await names.find(claim.name)).toBeUndefined();
      await names.claim(claim);
      expect(await names.confirm(claim.name, aClaim().user_id)).toBe(false);
      expect(await names.confirm(claim.name, claim.user_id)).toBe(true);
      expect(await names.confirm(claim.name, claim.user_id)).toBe(true);
      expect(await names.find(claim.name)).toEqual({ ...claim, state: 'confirmed' });
    });

    test('a name is released by its holder only', async () => {
      const names = underTest();
      const claim = aClaim();
      await names.claim(claim);
      await names.release(claim.name, aClaim().user_id);
      expect(await names.find(claim.name)).toEqual(claim);
      await names.release(claim.name, claim.user_id);
      await names.release(claim.name, claim.user_id);
      expect(await names.find(claim.name)).toBeUndefined();
    });
  });
}
