import type { ObjectInventory, Shelf } from '../domain/orphans/object-inventory.ts';
import type { MemoryBuckets } from './memory-stores.ts';

/** Looks into the buckets in memory, a few things a page. `timeOf`: when an object or a sending was made. */
export function memoryObjectInventory(
  buckets: MemoryBuckets,
  timeOf: (keyOrId: string) => string,
  pageSize = 3,
): ObjectInventory {
  const shelf = (name: Shelf) => buckets[name];
  const pageOf = (all: string[], after: string | undefined) => {
    const left = all.toSorted().filter((each) => after === undefined || each > after);
    const page = left.slice(0, pageSize);
    return { page, next: left.length > pageSize ? page.at(-1) : undefined };
  };
  return {
    async objects(name, after) {
      const { page, next } = pageOf([...shelf(name).keys()], after);
      return { objects: page.map((key) => ({ key, modifiedAt: timeOf(key) })), next };
    },
    async sendings(after) {
      const { page, next } = pageOf([...buckets.parts.keys()], after);
      const sendings = page.map((storeId) => ({
        key: buckets.parts.get(storeId)?.key ?? '',
        storeId,
        begunAt: timeOf(storeId),
      }));
      return { sendings, next };
    },
    async keysBelow(name, prefix) {
      return new Set([...shelf(name).keys()].filter((key) => key.startsWith(prefix)));
    },
    async uploadOfCopy(key) {
      return buckets.uploadOfCopy.get(key);
    },
    async remove(name, keys) {
      for (const key of keys) shelf(name).delete(key);
    },
    async abortSending({ storeId }) {
      buckets.parts.delete(storeId);
    },
  };
}
