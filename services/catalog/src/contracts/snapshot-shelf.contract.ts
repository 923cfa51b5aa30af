import { describe, expect, it } from 'vitest';
import type { SnapshotParts, SnapshotShelf } from '../domain/replica/snapshot-shelf.ts';

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('begun');
  throw new Error('the writer died');
}

const partsWith = (text: string): SnapshotParts => ({
  records: pieces('records of ', text),
  index: pieces('index of ', text),
});

async function textOf(chunks: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks ?? []) all.push(chunk);
  return Buffer.concat(all).toString();
}

const AT = new Date('2026-11-22T12:00:00.000Z');
const LATER = new Date('2026-11-23T12:00:00.000Z');

/** `make` gives a shelf that is empty. */
export function snapshotShelfContract(name: string, make: () => Promise<SnapshotShelf>): void {
  describe(`snapshot shelf: ${name}`, () => {
    it('gives back both parts of each, the highest number first', async () => {
      const shelf = await make();
      for (const seq of [9, 100]) await shelf.put(seq, AT, partsWith(String(seq)));
      const stored = await shelf.list();
      expect(stored.map(({ seq, at }) => [seq, at])).toEqual([
        [100, AT],
        [9, AT],
      ]);
      const opened = await shelf.open(stored[0]?.name ?? '');
      expect(await textOf(opened?.records)).toBe('records of 100');
      expect(await textOf(opened?.index)).toBe('index of 100');
      expect(await shelf.open('0-0-nothing')).toBeUndefined();
    });

    it('gives back a part of many megabytes in its order, and lets go of one that nobody reads on', async () => {
      const shelf = await make();
      const megabytes = Array.from({ length: 20 }, (_, i) => Buffer.alloc(1 << 20, `${i} and so on `));
      const large = async function* () {
        yield* megabytes;
      };
      await shelf.put(1, AT, { records: large(), index: pieces('index') });
      const [stored] = await shelf.list();
      const opened = await shelf.open(stored?.name ?? '');
      const read: Uint8Array[] = [];
      for await (const chunk of opened?.records ?? []) read.push(chunk);
      expect(Buffer.concat(read).equals(Buffer.concat(megabytes))).toBe(true);
      const again = await shelf.open(stored?.name ?? '');
      for await (const chunk of again?.records ?? []) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
    });

    it('does not list what a writer could not finish, and keeps what was there', async () => {
      const shelf = await make();
      await shelf.put(1, AT, partsWith('1'));
      await expect(shelf.put(2, AT, { ...partsWith('2'), index: broken() })).rejects.toThrow('died');
      await expect(shelf.put(3, AT, { ...partsWith('3'), records: broken() })).rejects.toThrow('died');
      const stored = await shelf.list();
      expect(stored.map(({ seq }) => seq)).toEqual([1]);
      expect(await textOf((await shelf.open(stored[0]?.name ?? ''))?.index)).toBe('index of 1');
    });

    it('is tidied to the newest', async () => {
      const shelf = await make();
      for (const seq of [1, 2, 3]) await shelf.put(seq, AT, partsWith(String(seq)));
      await shelf.put(4, AT, { ...partsWith('4'), index: broken() }).catch(() => undefined);
      await shelf.tidy(2, LATER);
      expect((await shelf.list()).map(({ seq }) => seq)).toEqual([3, 2]);
      await shelf.tidy(2, LATER);
      expect((await shelf.list()).map(({ seq }) => seq)).toEqual([3, 2]);
    });
  });
}
