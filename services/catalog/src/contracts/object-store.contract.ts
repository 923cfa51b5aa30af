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
  });
}
