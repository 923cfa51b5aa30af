import { createHash } from 'node:crypto';
import type { AssetStore, IncomingStore, StoredObject } from '../domain/ports.ts';
import { incomingKey } from '../domain/upload.ts';

/** Buckets in memory: the twin of the S3 adapters, and what tests look into. */
export interface MemoryBuckets {
  readonly incoming: Map<string, Uint8Array>;
  readonly copies: Map<string, Uint8Array>;
  readonly pictures: Map<string, Uint8Array>;
  /** By the store's id of a sending: its parts by number. */
  readonly parts: Map<string, { key: string; parts: Map<number, Uint8Array> }>;
  /** Metadata of the copies: which upload each was made for. */
  readonly uploadOfCopy: Map<string, string>;
}

export const memoryBuckets = (): MemoryBuckets => ({
  incoming: new Map(),
  copies: new Map(),
  pictures: new Map(),
  parts: new Map(),
  uploadOfCopy: new Map(),
});

const etagOf = (bytes: Uint8Array) => `"${createHash('md5').update(bytes).digest('hex')}"`;

const describe = (bytes: Uint8Array | undefined): StoredObject | undefined =>
  bytes && { sizeBytes: bytes.byteLength, etag: etagOf(bytes) };

function removeBelow(bucket: Map<string, Uint8Array>, prefix: string, keep?: ReadonlySet<string>): void {
  for (const key of bucket.keys()) {
    if (key.startsWith(prefix) && keep?.has(key) !== true) bucket.delete(key);
  }
}

export function memoryIncomingStore(buckets: MemoryBuckets): IncomingStore {
  const { incoming, copies, parts, uploadOfCopy } = buckets;
  return {
    async presignPut(file, lifetimeSeconds) {
      return {
        method: 'PUT',
        url: `memory:${incomingKey(file)}`,
        headers: {},
        expires_at: new Date(lifetimeSeconds * 1000).toISOString(),
      };
    },
    async head(key) {
      return describe(incoming.get(key));
    },
    async copyToAssets(key, etag, assetKey) {
      const bytes = incoming.get(key);
      if (bytes === undefined || etagOf(bytes) !== etag) return undefined;
      copies.set(assetKey, bytes);
      uploadOfCopy.set(assetKey, key.split('/')[0] ?? '');
      return describe(bytes);
    },
    async remove(key) {
      incoming.delete(key);
    },
    async removePrefix(prefix) {
      removeBelow(incoming, prefix);
      for (const [id, { key }] of parts) if (key.startsWith(prefix)) parts.delete(id);
    },
    async beginParts(file) {
      const id = `sending-${parts.size + 1}-${file.file_id}`;
      parts.set(id, { key: incomingKey(file), parts: new Map() });
      return id;
    },
    async presignPart(file, storeId, part, lifetimeSeconds) {
      return {
        method: 'PUT',
        url: `memory:${incomingKey(file)}?${storeId}&${part.partNumber}`,
        headers: {},
        expires_at: new Date(lifetimeSeconds * 1000).toISOString(),
      };
    },
    async receivedParts(_, storeId) {
      const received = parts.get(storeId)?.parts;
      return (
        received &&
        [...received]
          .sort(([a], [b]) => a - b)
          .map(([partNumber, bytes]) => ({ partNumber, sizeBytes: bytes.byteLength, etag: etagOf(bytes) }))
      );
    },
    async completeParts(file, storeId, listed) {
      const received = parts.get(storeId)?.parts;
      if (received === undefined) return false;
      const bytes = listed.map(({ partNumber }) => received.get(partNumber) ?? new Uint8Array());
      incoming.set(incomingKey(file), Buffer.concat(bytes));
      parts.delete(storeId);
      return true;
    },
    async abortParts(_, storeId) {
      parts.delete(storeId);
    },
  };
}

export function memoryAssetStore({ copies, pictures, uploadOfCopy }: MemoryBuckets): AssetStore {
  return {
    async read(key) {
      const bytes = copies.get(key);
      if (bytes === undefined) throw new Error('no such copy');
      return (async function* chunks() {
        yield bytes;
      })();
    },
    async readRange(key, offset, length) {
      const bytes = copies.get(key)?.subarray(offset, offset + length);
      if (bytes?.byteLength !== length) throw new Error('no such bytes');
      return bytes;
    },
    async putManifest(key, ndjson, uploadId) {
      copies.set(key, ndjson);
      uploadOfCopy.set(key, uploadId);
    },
    async putPicture(key, webp) {
      pictures.set(key, webp);
    },
    async removeCopy(key) {
      copies.delete(key);
    },
    async removeCopies(prefix, keep) {
      removeBelow(copies, prefix, keep);
    },
    async removePictures(prefix, keep) {
      removeBelow(pictures, prefix, keep);
    },
  };
}
