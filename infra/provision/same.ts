import { isDeepStrictEqual } from 'node:util';

/** Whether two values say the same: emulators add, drop and reorder what is empty or undefined. */
export function same(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(plain(a), plain(b));
}

/** Whether two JSON documents say the same; a missing one says nothing. */
export function sameJson(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || a === '' || b === undefined || b === '') return (a ?? '') === (b ?? '');
  return same(JSON.parse(a), JSON.parse(b));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, plain(each)]));
}
