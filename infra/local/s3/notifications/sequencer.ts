import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { readJson } from '../storage/plain-files.ts';

const RESERVED_AT_ONCE = 4096;

export interface Sequencer {
  /** Hexadecimal and of one length, so that later ones compare greater as strings too, also over restarts. */
  next(): string;
}

export function openSequencer(dir: string, now: () => Date): Sequencer {
  const path = join(dir, 'sequence.json');
  const stored = existsSync(path) ? (readJson(path) as { reservedBelow: number }).reservedBelow : 0;
  // The clock keeps the numbers ahead of what consumers remember from a directory that was thrown away.
  let value = Math.max(stored, now().getTime() * 1024);
  let reservedBelow = value;

  const reserve = () => {
    reservedBelow = value + RESERVED_AT_ONCE;
    // Synchronous, since a number must not be used before it is reserved; once in four thousand.
    writeFileSync(`${path}.tmp`, JSON.stringify({ reservedBelow }));
    renameSync(`${path}.tmp`, path);
  };
  return {
    next() {
      if (value >= reservedBelow) reserve();
      value += 1;
      return value.toString(16).toUpperCase().padStart(16, '0');
    },
  };
}
