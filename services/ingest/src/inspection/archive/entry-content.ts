import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ArchiveEntry } from '../../domain/inspecting/findings.ts';
import type { ContentProbe } from '../content-probe.ts';
import { referringProbe, type Referring } from '../model/referring-probe.ts';
import { identifyNativeCode } from '../native-code.ts';
import { Rejected } from '../rejected.ts';
import { entryMediaType } from './entry-media-type.ts';
import { shown } from './entry-name.ts';

const HEAD_BYTES = 64 * 1024;

/** What is found out about one file while its bytes go by. */
export interface EntryContent {
  /** Rejects more than the declared size. */
  push(chunk: Uint8Array): void;
  /** The CRC-32 of what was pushed. */
  crc(): number;
  /** Rejects less than the declared size. */
  finish(stored: ArchiveEntry['stored']): Promise<ArchiveEntry>;
}

export function entryContent(path: string, size: number): EntryContent {
  const hash = createHash('sha256');
  const head = Buffer.alloc(Math.min(size, HEAD_BYTES));
  let crc = 0;
  let seen = 0;
  let referring: ContentProbe<Referring> | undefined;

  function look(chunk: Uint8Array): void {
    if (seen >= head.length) return referring?.push(chunk);
    const part = chunk.subarray(0, head.length - seen);
    head.set(part, seen);
    if (seen + part.length < head.length) return;
    referring = probeFor(path, size, head);
    referring?.push(head);
    if (part.length < chunk.length) referring?.push(chunk.subarray(part.length));
  }

  return {
    push(chunk) {
      if (seen + chunk.length > size) throw new Rejected('archive.size_mismatch', shown(path));
      if (chunk.length === 0) return;
      hash.update(chunk);
      crc = crc32(chunk, crc);
      look(chunk);
      seen += chunk.length;
    },
    crc: () => crc,
    async finish(stored) {
      if (seen !== size) throw new Rejected('archive.size_mismatch', shown(path));
      return {
        path,
        size,
        sha256: hash.digest('hex'),
        media_type: await entryMediaType(head),
        stored,
        native_code: identifyNativeCode(head),
        model: undefined,
        ...(size === 0 ? probeFor(path, size, head) : referring)?.end(),
      };
    },
  };
}

// The side files of macOS bear the name of the file that they belong to.
const APPLE_DOUBLE = Buffer.from([0, 5, 0x16, 7]);

function probeFor(path: string, size: number, head: Buffer): ContentProbe<Referring> | undefined {
  const sideFile = posix.basename(path).startsWith('._') && head.indexOf(APPLE_DOUBLE) === 0;
  return sideFile ? undefined : referringProbe({ path, size, head });
}
