import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '@cairn/shared/errors/domain-error';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { SearchCriteria } from './search-index.ts';

const criteria: SearchCriteria = { text: 'knight', tags: ['a', 'b'], sort: 'name' };
const position = { key: 'low-poly knight', asin: 'asset_a' };

function refused(query: SearchCriteria, cursor: string): boolean {
  try {
    decodeCursor(query, cursor);
    return false;
  } catch (error) {
    return error instanceof DomainError && error.errors[0]?.field === 'query.cursor';
  }
}

describe('a cursor', () => {
  it('gives back the position for the query that it came from, in whatever order its tags are', () => {
    const cursor = encodeCursor(criteria, position);
    expect(decodeCursor(criteria, cursor)).toEqual(position);
    expect(decodeCursor({ ...criteria, tags: ['b', 'a'] }, cursor)).toEqual(position);
  });

  it.each<Partial<SearchCriteria>>([
    { text: 'knights' },
    { text: undefined },
    { tags: ['a'] },
    { kind: '3d' },
    { engine: '4.2' },
    { licenses: ['MIT'] },
    { anyTags: ['a'] },
    { size: { min: 1 } },
    { size: { max: 1 } },
    { posted: { from: '2026-01-01' } },
    { platforms: ['linux'] },
    { formats: ['glb'] },
    { owner: 'user_a' },
    { sort: 'newest' },
  ])('is refused for another query: %j', (change) => {
    expect(refused({ ...criteria, ...change }, encodeCursor(criteria, position))).toBe(true);
  });

  it('remembers that typos were tolerated', () => {
    const tolerant = { ...position, tolerant: true } as const;
    expect(decodeCursor(criteria, encodeCursor(criteria, tolerant))).toEqual(tolerant);
  });

  it('is refused after any change to it', () => {
    const cursor = encodeCursor(criteria, position);
    fc.assert(
      fc.property(
        fc.nat(cursor.length - 1),
        fc.constantFrom('a', 'Z', '0', '9', '-', '_'),
        (at, character) => {
          const changed = cursor.slice(0, at) + character + cursor.slice(at + 1);
          fc.pre(Buffer.from(changed, 'base64url').compare(Buffer.from(cursor, 'base64url')) !== 0);
          expect(refused(criteria, changed)).toBe(true);
        },
      ),
    );
  });

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(refused(criteria, text)).toBe(true);
      }),
    );
    expect(refused(criteria, 'A'.repeat(100_000))).toBe(true);
  });

  it('stays short for the longest key', () => {
    expect(
      encodeCursor(criteria, { key: '\u{10ffff}'.repeat(32), asin: 'a'.repeat(40) }).length,
    ).toBeLessThan(1_024);
  });
});
