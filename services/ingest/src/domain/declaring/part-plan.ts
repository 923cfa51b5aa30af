import type { Multipart } from '../upload.ts';

const MIB = 2 ** 20;
/** S3's limits: 10,000 parts, and at least 5 MiB each but the last. */
const MAX_PARTS = 10_000;
const USUAL_PART_BYTES = 16 * MIB;

/** `size` bytes of the file from `offset` on are part `partNumber`, counted from 1. */
export interface PartRange {
  readonly partNumber: number;
  readonly offset: number;
  readonly size: number;
}

/** 16 MiB a part, or as many whole MiB as keep the file within 10,000 parts. */
export function planParts(fileSize: number): Multipart {
  const needed = Math.ceil(fileSize / MAX_PARTS / MIB) * MIB;
  const partSize = Math.max(USUAL_PART_BYTES, needed);
  return { part_size: partSize, part_count: Math.ceil(fileSize / partSize), store_id: undefined };
}

export function partRange(fileSize: number, { part_size }: Multipart, partNumber: number): PartRange {
  const offset = (partNumber - 1) * part_size;
  return { partNumber, offset, size: Math.min(part_size, fileSize - offset) };
}
