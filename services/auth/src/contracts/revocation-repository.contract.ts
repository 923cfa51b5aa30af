import { newId } from '@cairn/shared/ids';
import { describe, expect, test } from 'vitest';
import type { RevocationRepository } from '../domain/ports.ts';
import { NOON } from '../testing/builders.ts';

const noon = new Date(NOON);
const after = (seconds: number) => new Date(noon.getTime() + seconds * 1_000);

/** What every `RevocationRepository` does. */
export function revocationRepositoryContract(name: string, underTest: () => RevocationRepository): void {
  describe(`revocations on ${name}`, () => {
    test('an id is listed until its end, once however often it was added', async () => {
      const revocations = underTest();
      const [short, long] = [newId('session'), newId('key')];
      await revocations.add(short, after(10));
      await revocations.add(long, after(20));
      await revocations.add(long, after(20));
      const own = async (at: Date) =>
        (await revocations.list(at)).filter((id) => id === short || id === long).sort();
      expect(await own(noon)).toEqual([long, short].sort());
      expect(await own(after(10))).toEqual([long]);
      expect(await own(after(20))).toEqual([]);
    });
  });
}
