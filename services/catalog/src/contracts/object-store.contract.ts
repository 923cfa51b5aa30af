import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { ObjectStore } from '../domain/ports.ts';

export interface ObjectStoreUnderTest {
  store: ObjectStore;
  put: (key: string) => Promise<void> | void;
  keys: (prefix: string) => Promise<string[]> | string[];
}

export function objectStoreContract(name: string, make: () => ObjectStoreUnderTest): void {
  describe(`object store: ${name}`, () => {
    it('deletes everything below a prefix and nothing beside it', async () => {
      const { store, put, keys } = make();
      const [mine, other] = [newId('asset'), newId('asset')];
      await Promise.all([
        ...Array.from({ length: 12 }, (_, i) => put(`${mine}/release/${i}/1`)),
        put(`${mine}x/1`),
        put(`${other}/1`),
      ]);
      expect(await store.deletePrefix(`${mine}/`)).toBe(12);
      expect(await keys(`${mine}/`)).toEqual([]);
      expect(await keys(`${mine}x/`)).toHaveLength(1);
      expect(await keys(`${other}/`)).toHaveLength(1);
      expect(await store.deletePrefix(`${mine}/`)).toBe(0);
    });

    it('deletes one folder of an asset and leaves the others', async () => {
      const { store, put, keys } = make();
      const mine = newId('asset');
      for (const key of ['a/1', 'a/2', 'ab/1', 'b/1']) await put(`${mine}/${key}`);
      expect(await store.deletePrefix(`${mine}/a/`)).toBe(2);
      expect((await keys(`${mine}/`)).sort()).toEqual([`${mine}/ab/1`, `${mine}/b/1`]);
    });

    it.each(['', '/', 'a', 'a//', 'a/b', '/a/'])(
      'refuses "%s", which may be more than a folder',
      async (prefix) => {
        const { store } = make();
        await expect(store.deletePrefix(prefix)).rejects.toThrow('prefix');
      },
    );
  });
}
