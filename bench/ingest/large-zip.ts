import { createCipheriv } from 'node:crypto';
import { open } from 'node:fs/promises';
import { crc32, deflateRawSync } from 'node:zlib';

interface Content {
  readonly packed: Buffer;
  readonly size: number;
  readonly crc: number;
  readonly method: 0 | 8;
}

const DISTINCT = 8;

/** Half of the files are stored and hold noise, like textures; the others are deflated to about half. */
function contents(packedBytes: number): Content[] {
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  return Array.from({ length: DISTINCT }, (_, i) => {
    const content = noise.update(Buffer.alloc(packedBytes));
    if (i % 2 === 0) return { packed: content, size: content.length, crc: crc32(content), method: 0 };
    const text = Buffer.from(content.toString('hex'), 'latin1');
    return { packed: deflateRawSync(text), size: text.length, crc: crc32(text), method: 8 };
  });
}

/** A zip of so many files and about so many bytes, as a packer would write it; resolves to its size. */
export async function makeLargeZip(file: string, files: number, bytes: number): Promise<number> {
  const made = contents(Math.ceil(bytes / files));
  const handle = await open(file, 'w');
  try {
    const directory: Buffer[] = [];
    let at = 0;
    const write = async (...pieces: Buffer[]) => {
      await handle.writev(pieces);
      at += pieces.reduce((sum, { length }) => sum + length, 0);
    };
    for (let i = 0; i < files; i += 1) {
      const content = made[i % DISTINCT];
      if (content === undefined) throw new Error('nothing to pack');
      const name = Buffer.from(`environment/set ${i % 40}/textures/wall ${i} base colour.png`);
      const common = commonFields(content, name);
      directory.push(Buffer.concat([centralHead(), common, centralTail(at), name]));
      await write(Buffer.concat([Buffer.from('PK\u0003\u0004'), common, name]), content.packed);
    }
    const start = at;
    await write(...directory);
    await write(endRecord(files, at - start, start));
    return at;
  } finally {
    await handle.close();
  }
}

/** From the version that is needed to the length of the extra fields: in both headers alike. */
function commonFields({ packed, size, crc, method }: Content, name: Buffer): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

const centralHead = (): Buffer => Buffer.from('PK\u0001\u0002\u0014\u0003', 'latin1');

function centralTail(offset: number): Buffer {
  const fields = Buffer.alloc(14);
  fields.writeUInt32LE(0o100644 * 0x1_0000, 6);
  fields.writeUInt32LE(offset, 10);
  return fields;
}

function endRecord(files: number, directoryBytes: number, directoryOffset: number): Buffer {
  const fields = Buffer.alloc(22);
  fields.write('PK\u0005\u0006', 'latin1');
  fields.writeUInt16LE(files, 8);
  fields.writeUInt16LE(files, 10);
  fields.writeUInt32LE(directoryBytes, 12);
  fields.writeUInt32LE(directoryOffset, 16);
  return fields;
}
