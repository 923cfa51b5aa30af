import { crc32 } from 'node:zlib';

const SIGNATURE = Buffer.from('PK\u0007\u0008', 'latin1');
/** Signature, checksum and packed size. */
const LENGTH = 12;

/** Goes through the content of a stored entry whose sizes follow it. */
export interface DescriptorWatch {
  push(piece: Uint8Array): void;
  /** Whether there is one that is right for what is before it. */
  found(): boolean;
}

/**
 * Who reads a zip as a stream, without its directory, sees the end of a stored entry by its descriptor alone:
 * the first one that fits what came before. Within the content, it makes two archives of one.
 */
export function descriptorWatch(): DescriptorWatch {
  let kept: Buffer = Buffer.alloc(0);
  /** Where `kept` begins in the content, and the checksum of what is before it. */
  let start = 0;
  let crc = 0;
  let found = false;

  function skip(length: number): void {
    crc = crc32(kept.subarray(0, length), crc);
    kept = kept.subarray(length);
    start += length;
  }

  return {
    push(piece) {
      kept = Buffer.concat([kept, piece]);
      for (let at = kept.indexOf(SIGNATURE); at >= 0; at = kept.indexOf(SIGNATURE, 1)) {
        skip(at);
        if (kept.length < LENGTH) return;
        // Of a longer form the lower half comes first.
        found ||= kept.readUInt32LE(4) === crc && kept.readUInt32LE(8) === start % 2 ** 32;
      }
      skip(Math.max(0, kept.length - SIGNATURE.length + 1));
    },
    found: () => found,
  };
}
