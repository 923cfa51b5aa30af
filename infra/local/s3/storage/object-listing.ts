import type { KeyIndex } from './key-index.ts';
import type { ObjectRecord } from './object-record.ts';

export interface ListingRequest {
  prefix: string;
  delimiter: string;
  maxKeys: number;
  after: ListingPosition | undefined;
}

/** Where a listing goes on: after a key, or after everything under a common prefix. */
export type ListingPosition = { key: string } | { commonPrefix: string };

export interface Listing {
  objects: ObjectRecord[];
  commonPrefixes: string[];
  /** Undefined at the end. */
  next: ListingPosition | undefined;
}

/** Costs by what is returned, not by what is skipped: a common prefix is passed with one binary search. */
export function listObjects(index: KeyIndex<ObjectRecord>, request: ListingRequest): Listing {
  const { prefix, delimiter, maxKeys, after } = request;
  const listing: Listing = { objects: [], commonPrefixes: [], next: undefined };
  if (maxKeys === 0) return listing;
  let position = Math.max(index.firstFrom(prefix), after ? startAfter(index, after) : 0);
  let last: ListingPosition | undefined;

  const end = index.firstPast(prefix);
  while (position < end) {
    const entry = index.at(position);
    if (!entry) break;
    if (listing.objects.length + listing.commonPrefixes.length === maxKeys) {
      listing.next = last;
      return listing;
    }
    const cut = delimiter === '' ? -1 : entry.key.indexOf(delimiter, prefix.length);
    if (cut < 0) {
      listing.objects.push(entry.value);
      last = { key: entry.key };
      position += 1;
    } else {
      const commonPrefix = entry.key.slice(0, cut + delimiter.length);
      listing.commonPrefixes.push(commonPrefix);
      last = { commonPrefix };
      position = index.firstPast(commonPrefix);
    }
  }
  return listing;
}

function startAfter(index: KeyIndex<ObjectRecord>, after: ListingPosition): number {
  return 'key' in after ? index.firstAfter(after.key) : index.firstPast(after.commonPrefix);
}

export function encodeToken(position: ListingPosition): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Undefined when it is none of ours. */
export function decodeToken(token: string): ListingPosition | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    if ('key' in value && typeof value.key === 'string') return { key: value.key };
    if ('commonPrefix' in value && typeof value.commonPrefix === 'string') {
      return { commonPrefix: value.commonPrefix };
    }
  } catch {
    return undefined;
  }
  return undefined;
}
