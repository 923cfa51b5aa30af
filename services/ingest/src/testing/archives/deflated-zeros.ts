import { constants, deflateRawSync } from 'node:zlib';

const MEGABYTE = 1_000_000;
const ONE = deflateRawSync(Buffer.alloc(MEGABYTE), { finishFlush: constants.Z_FULL_FLUSH });

/** A deflate stream of some text and then so many megabytes of zeros, without the work of packing them. */
export function deflatedZeros(megabytes: number, before: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([
    deflateRawSync(before, { finishFlush: constants.Z_FULL_FLUSH }),
    ...Array.from({ length: megabytes }, () => ONE),
    deflateRawSync(Buffer.alloc(0)),
  ]);
}
