import type { ManifestStore } from '../domain/downloads/find-manifest-entry.ts';

const PIECE_BYTES = 7_001;

/** Over what is there by key. */
export function memoryManifestStore(manifests: ReadonlyMap<string, string | Buffer>): ManifestStore {
  function bytesOf(key: string): Buffer {
    const content = manifests.get(key) ?? '';
    return typeof content === 'string' ? Buffer.from(content) : content;
  }
  return {
    stream: async (key) => inPieces(bytesOf(key)),
    read: async (key, offset, length) => bytesOf(key).subarray(offset, offset + length),
  };
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
