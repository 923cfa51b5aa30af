import { objectInventoryContract } from '../contracts/object-inventory.contract.ts';
import { memoryObjectInventory } from './memory-object-inventory.ts';
import { memoryBuckets } from './memory-stores.ts';

const buckets = memoryBuckets();

objectInventoryContract('memory', () => ({
  inventory: memoryObjectInventory(buckets, () => '2026-11-22T12:00:00.000Z'),
  async put(shelf, key, uploadId) {
    buckets[shelf].set(key, Buffer.from('x'));
    if (uploadId !== undefined) buckets.uploadOfCopy.set(key, uploadId);
  },
  async begin(key) {
    buckets.parts.set(`sending-${buckets.parts.size}-${key}`, { key, parts: new Map() });
  },
}));
