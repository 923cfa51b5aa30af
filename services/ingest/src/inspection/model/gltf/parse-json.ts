import { randomInt } from 'node:crypto';
import { MODEL_LIMITS } from '../limits.ts';
import { corrupt, tooComplex } from '../refuse.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface ParsedJson {
  readonly root: JsonObject;
  /** Of the document and of all extensions, known or not; `extras` are the application's own and name no files. */
  readonly uris: readonly string[];
}

/** Parses only what a scan of the bytes found to be shallow and of a bounded number of values. */
export function parseJson(bytes: Uint8Array): ParsedJson {
  const members = scan(bytes);
  const root = parse(bytes);
  if (!isJsonObject(root)) throw corrupt('the JSON is no object');
  const uris: string[] = [];
  // Parsers differ in which of two equal keys they take: a file that has them is two files.
  if (walk(root, uris) !== members) throw corrupt('the JSON has the same key twice in one object');
  return { root, uris };
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const FNV_PRIME = 16_777_619;
// Of this process alone, so that nobody can make names that collide.
const HASH_SEED = randomInt(2 ** 31);

/** The number of members of all objects, as written. */
function scan(bytes: Uint8Array): number {
  let depth = 0;
  let values = 1;
  let members = 0;
  let inString = false;
  let hash = 0;
  const keys = new Set<number>();
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (inString) {
      if (byte === 0x5c) i += 1;
      else if (byte === 0x22) inString = false;
      hash = Math.imul(hash ^ byte, FNV_PRIME);
      continue;
    }
    switch (byte) {
      case 0x22: // "
        inString = true;
        hash = HASH_SEED;
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        values += 1;
        if (depth > MODEL_LIMITS.jsonDepth) throw tooComplex('the JSON is nested too deep');
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
      case 0x3a: // :
        members += 1;
        keys.add(hash);
        if (keys.size > MODEL_LIMITS.jsonKeys) throw tooComplex('the JSON has too many names');
        break;
      case 0x2c: // ,
        values += 1;
        break;
      default:
    }
  }
  if (values > MODEL_LIMITS.jsonValues) throw tooComplex('the JSON has too many values');
  return members;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw corrupt('not JSON in UTF-8');
  }
}

/** The number of members of all objects, as parsed. */
function walk(root: JsonObject, uris: string[]): number {
  let members = 0;
  const open: { value: object; named: boolean }[] = [{ value: root, named: true }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, named } = next;
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) {
        if (typeof item === 'object' && item !== null) open.push({ value: item, named });
      }
      continue;
    }
    for (const [key, item] of Object.entries(value) as [string, unknown][]) {
      members += 1;
      if (typeof item === 'object' && item !== null) {
        open.push({ value: item, named: named && key !== 'extras' });
      } else if (named && typeof item === 'string' && /(?:^u|U)ri$/.test(key)) {
        uris.push(item);
      }
    }
  }
  return members;
}
