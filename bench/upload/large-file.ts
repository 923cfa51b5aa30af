import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

export interface LargeFile {
  readonly file: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** `size` bytes from `offset` on. */
  range(offset: number, size: number): ReadStream;
}

const CHUNK_BYTES = 2 ** 20;
const JSON_CHUNK = 0x4e4f534a;
const BIN_CHUNK = 0x004e4942;

/** A sound GLB whose one buffer holds noise, the same bytes in every run. `sizeBytes` is a multiple of 4. */
export async function makeLargeFile(file: string, sizeBytes: number): Promise<LargeFile> {
  const hash = createHash('sha256');
  const handle = await open(file, 'w');
  try {
    const head = glbHead(sizeBytes);
    const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
    const zeros = Buffer.alloc(CHUNK_BYTES);
    let chunk = head;
    for (let left = sizeBytes; left > 0;) {
      hash.update(chunk);
      await handle.write(chunk);
      left -= chunk.length;
      chunk = noise.update(zeros.subarray(0, Math.min(CHUNK_BYTES, left)));
    }
  } finally {
    await handle.close();
  }
  return {
    file,
    path: 'scan.glb',
    sizeBytes,
    sha256: hash.digest('hex'),
    range: (offset, size) =>
      createReadStream(file, { start: offset, end: offset + size - 1, highWaterMark: 2 ** 18 }),
  };
}

/** Everything before the bytes of the buffer. */
function glbHead(sizeBytes: number): Buffer {
  const describe = (byteLength: number) =>
    JSON.stringify({ asset: { version: '2.0' }, buffers: [{ byteLength }] }).padEnd(100);
  const binBytes = sizeBytes - 12 - 8 - 100 - 8;
  const json = Buffer.from(describe(binBytes));
  const words = Buffer.alloc(28);
  words.write('glTF', 0, 'latin1');
  words.writeUInt32LE(2, 4);
  words.writeUInt32LE(sizeBytes, 8);
  words.writeUInt32LE(json.length, 12);
  words.writeUInt32LE(JSON_CHUNK, 16);
  words.writeUInt32LE(binBytes, 20);
  words.writeUInt32LE(BIN_CHUNK, 24);
  return Buffer.concat([words.subarray(0, 20), json, words.subarray(20)]);
}
