import { newId } from '@cairn/shared/ids';
import { describe, expect, it } from 'vitest';
import type { ObjectInventory, Shelf } from '../domain/orphans/object-inventory.ts';

/** An inventory with pages of three, and how a test puts things on its shelves. */
export interface InventoryUnderTest {
  inventory: ObjectInventory;
  put: (shelf: Shelf, key: string, uploadId?: string) => Promise<void>;
  begin: (key: string) => Promise<void>;
}

/** What every inventory must do; run on the memory twin and on S3. */
export function objectInventoryContract(name: string, make: () => InventoryUnderTest): void {
  async function all<Item>(
    look: (after: string | undefined) => Promise<{ items: readonly Item[]; next: string | undefined }>,
  ): Promise<Item[]> {
    const found: Item[] = [];
    let after: string | undefined;
    do {
      const page = await look(after);
      expect(page.items.length).toBeLessThanOrEqual(3);
      found.push(...page.items);
      after = page.next;
    } while (after !== undefined);
    return found;
  }

  const keysOf = async (inventory: ObjectInventory, shelf: Shelf) => {
    const objects = await all(async (after) => {
      const page = await inventory.objects(shelf, after);
      return { items: page.objects, next: page.next };
    });
    return objects.map(({ key }) => key);
  };
  const sendingsOf = (inventory: ObjectInventory) =>
    all(async (after) => {
      const page = await inventory.sendings(after);
      return { items: page.sendings, next: page.next };
    });

  describe(`object inventory: ${name}`, () => {
    it.each(['incoming', 'copies', 'pictures'] as const)('lists %s once each, in pages', async (shelf) => {
      const { inventory, put } = make();
      const folder = newId('asset');
      const keys = Array.from({ length: 10 }, (_, i) => `${folder}/${i}`);
      for (const key of keys) await put(shelf, key);
      const listed = await keysOf(inventory, shelf);
      expect(listed.filter((key) => key.startsWith(folder))).toEqual(keys);
      expect(new Set(listed).size).toBe(listed.length);
      expect(await inventory.keysBelow(shelf, `${folder}/`)).toEqual(new Set(keys));
      await inventory.remove(shelf, keys.slice(1));
      await inventory.remove(shelf, keys.slice(1));
      expect(await inventory.keysBelow(shelf, `${folder}/`)).toEqual(new Set(keys.slice(0, 1)));
    });

    it('lists sendings in parts once each, also several of one key, and ends them', async () => {
      const { inventory, begin } = make();
      const folder = newId('upload');
      for (const key of ['a', 'a', 'a', 'a', 'b']) await begin(`${folder}/${key}`);
      const own = async () => (await sendingsOf(inventory)).filter(({ key }) => key.startsWith(`${folder}/`));
      const sendings = await own();
      expect(new Set(sendings.map(({ storeId }) => storeId)).size).toBe(5);
      for (const sending of [...sendings, ...sendings]) await inventory.abortSending(sending);
      expect(await own()).toEqual([]);
    });

    it('tells which upload a copy was made for, where it says so', async () => {
      const { inventory, put } = make();
      const [upload, folder] = [newId('upload'), newId('asset')];
      await put('copies', `${folder}/told`, upload);
      await put('copies', `${folder}/silent`);
      expect(await inventory.uploadOfCopy(`${folder}/told`)).toBe(upload);
      expect(await inventory.uploadOfCopy(`${folder}/silent`)).toBeUndefined();
      expect(await inventory.uploadOfCopy(`${folder}/gone`)).toBeUndefined();
    });
  });
}
