import { DICTIONARY, NUMBERS } from './dictionary.ts';
import type { FuzzCase } from './fuzz-case.ts';
import type { Random } from './random.ts';
import { repair } from './repair.ts';

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const LONGEST_SLICE = 4096;
const MAX_BYTES = 4 * 2 ** 20;

/** Most of a format's decisions are made near its two ends. */
function place(length: number, random: Random): number {
  const near = Math.min(length, 256);
  if (random.chance(0.3)) return random.below(near);
  if (random.chance(0.2)) return length - near + random.below(near);
  return random.below(Math.max(1, length));
}

function slice(bytes: Buffer, random: Random): [start: number, end: number] {
  const start = place(bytes.length, random);
  return [start, Math.min(bytes.length, start + 1 + random.below(LONGEST_SLICE))];
}

const replaced = (bytes: Buffer, start: number, end: number, by: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, start), by, bytes.subarray(end)]);

function overwritten(bytes: Buffer, at: number, by: Uint8Array): Buffer {
  const changed = Buffer.from(bytes);
  changed.set(by.subarray(0, Math.max(0, bytes.length - at)), at);
  return changed;
}

function number(bytes: Buffer, random: Random): Buffer {
  const width = random.pick([1, 2, 4, 8]);
  const at = place(bytes.length, random);
  if (at + width > bytes.length) return bytes;
  const small = Math.min(width, 6);
  const old = bytes.readUIntLE(at, small);
  const value = random.chance(0.5)
    ? random.pick(NUMBERS)
    : old + random.pick([-1, 1, -2, 2, 4, -4, 16, 512, -512, bytes.length]);
  const field = Buffer.alloc(width, value < 0 ? 0xff : 0);
  const wrapped = ((value % 2 ** (8 * small)) + 2 ** (8 * small)) % 2 ** (8 * small);
  if (random.chance(0.5)) field.writeUIntLE(wrapped, 0, small);
  else field.writeUIntBE(wrapped, width - small, small);
  return overwritten(bytes, at, field);
}

/** A run of digits, as text formats and tar headers have them, becomes another number. */
function digits(bytes: Buffer, random: Random): Buffer {
  const found = [...bytes.toString('latin1', 0, 65_536).matchAll(/\d+/g)];
  const [first, ...more] = found;
  if (first === undefined) return bytes;
  const match = random.pick([first, ...more]);
  const value = random.pick([
    '0',
    '1',
    '-1',
    '65536',
    '4294967295',
    '1e999',
    '0.5',
    '7777777',
    '9'.repeat(20),
  ]);
  const by = random.chance(0.5) ? value : value.slice(0, match[0].length).padStart(match[0].length, '0');
  return replaced(bytes, match.index, match.index + match[0].length, Buffer.from(by));
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'bit flip': (bytes, random) => {
    const at = place(bytes.length, random);
    return overwritten(bytes, at, Buffer.from([(bytes[at] ?? 0) ^ (1 << random.below(8))]));
  },
  'random bytes': (bytes, random) =>
    overwritten(bytes, place(bytes.length, random), random.bytes(1 + random.below(8))),
  number,
  digits,
  truncation: (bytes, random) => bytes.subarray(0, 1 + random.below(bytes.length)),
  'cut at its start': (bytes, random) => bytes.subarray(random.below(Math.min(bytes.length, 64))),
  removal: (bytes, random) => replaced(bytes, ...slice(bytes, random), Buffer.alloc(0)),
  repetition: (bytes, random) => {
    const [start, end] = slice(bytes, random);
    return replaced(bytes, start, start, bytes.subarray(start, end));
  },
  shuffle: (bytes, random) => {
    const [a, b, c] = [0, 0, 0].map(() => random.below(bytes.length)).sort((x, y) => x - y);
    return Buffer.concat([
      bytes.subarray(0, a),
      bytes.subarray(b, c),
      bytes.subarray(a, b),
      bytes.subarray(c),
    ]);
  },
  splice: (bytes, random, other) =>
    Buffer.concat([
      bytes.subarray(0, random.below(bytes.length)),
      other.subarray(random.below(Math.max(1, other.length))),
    ]),
  'splice of a slice': (bytes, random, other) => {
    const [start, end] = slice(other, random);
    const at = place(bytes.length, random);
    const by = other.subarray(start, end);
    return random.chance(0.5) ? overwritten(bytes, at, by) : replaced(bytes, at, at, by);
  },
  word: (bytes, random) => {
    const at = place(bytes.length, random);
    const word = random.pick(DICTIONARY);
    return random.chance(0.5) ? overwritten(bytes, at, word) : replaced(bytes, at, at, word);
  },
  'same bytes': (bytes, random) => {
    const [start, end] = slice(bytes, random);
    return overwritten(bytes, start, Buffer.alloc(end - start, random.pick([0, 0x80, 0xff])));
  },
  tail: (bytes, random) => Buffer.concat([bytes, random.bytes(1 + random.below(64))]),
};
const [FIRST, ...MORE] = Object.entries(MUTATIONS) as [[string, Mutation], ...[string, Mutation][]];

/** One to five changes; half of the time what vouches for the bytes (checksums, lengths) is then made right. */
export function mutate(subject: FuzzCase, other: FuzzCase, random: Random): FuzzCase {
  let { bytes } = subject;
  const done: string[] = [];
  for (let left = random.pick([1, 1, 1, 2, 3, 5]); left > 0; left -= 1) {
    const [name, mutation] = random.pick([FIRST, ...MORE]);
    const changed = mutation(bytes, random, other.bytes);
    // Nobody can declare a file of no bytes.
    if (changed.length === 0 || changed.length > MAX_BYTES) continue;
    bytes = changed;
    done.push(name);
  }
  if (random.chance(0.5)) {
    bytes = repair(bytes);
    done.push('repaired');
  }
  return { ...subject, bytes, origin: `${subject.origin}: ${done.join(', ')}` };
}
