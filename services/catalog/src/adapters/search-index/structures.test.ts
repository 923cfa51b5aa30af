import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOneEditAway } from '../../domain/search/edit-distance.ts';
import { HashTable } from './hash-table.ts';
import { ListColumn } from './list-column.ts';
import { findSlot, findTerm } from './segment.ts';
import { StringDictionary } from './string-dictionary.ts';
import { TermDictionary } from './term-dictionary.ts';

const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 200 });

describe('a hash table', () => {
  it('has what was added and not removed, with colliding hashes too', () => {
    const operation = fc.record({ hash: fc.nat(40), value: fc.nat(500), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 500 }), fc.boolean(), (operations, spread) => {
        const table = new HashTable();
        const model = new Set<string>();
        const hashOf = (n: number) => (spread ? Math.imul(n, 0x9e3779b1) >>> 0 : n);
        for (const { hash, value, remove } of operations) {
          const key = `${hash} ${value}`;
          if (remove) table.remove(hashOf(hash), value);
          else if (!model.has(key)) table.add(hashOf(hash), value);
          if (remove) model.delete(key);
          else model.add(key);
        }
        for (let hash = 0; hash <= 40; hash += 1) {
          const found: string[] = [];
          table.find(hashOf(hash), (value) => {
            found.push(`${hash} ${value}`);
            return false;
          });
          expect(found.sort()).toEqual([...model].filter((key) => key.startsWith(`${hash} `)).sort());
        }
      }),
    );
  });
});

describe('a dictionary', () => {
  it('gives each text one number and back', () => {
    fc.assert(
      fc.property(texts, (list) => {
        const dictionary = new StringDictionary();
        const ids = list.map((text) => dictionary.intern(text));
        expect(dictionary.size).toBe(new Set(list).size);
        for (const [i, id] of ids.entries()) {
          expect(dictionary.text(id)).toBe(list[i]);
          expect(dictionary.find(list[i] ?? '')).toBe(id);
        }
        expect(dictionary.find('none of them at all')).toBe(-1);
      }),
    );
  });

  it('finds terms by their beginning and with one edit, as comparing each would', () => {
    const words = fc.array(fc.stringMatching(/^[abcé]{1,7}$/u), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(words, fc.stringMatching(/^[abcé]{1,6}$/u), (list, asked) => {
        const dictionary = new TermDictionary();
        for (const [i, word] of list.entries()) {
          dictionary.intern(word);
          if (i % 7 === 0) dictionary.settle();
        }
        const check = (terms: TermDictionary) => {
          const known = [...new Set(list)];
          const ids = (found: readonly string[]) =>
            found.map((word) => terms.find(word)).sort((a, b) => a - b);
          const ordered = known.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          expect(ordered.map((word) => terms.rankOf(terms.find(word)))).toEqual([...ordered.keys()]);
          const { from, to } = terms.beginningWith(asked);
          expect(ordered.slice(from, to)).toEqual(ordered.filter((word) => word.startsWith(asked)));
          if (asked.length < 4) return;
          const near = known.filter((word) => isOneEditAway(asked, word));
          expect(terms.oneEditAway(asked).sort((a, b) => a - b)).toEqual(ids(near));
        };
        check(dictionary);
        const { bytes, starts, order } = dictionary.sections();
        check(dictionary);
        check(
          TermDictionary.restored(StringDictionary.restored(bytes.slice(), starts.slice()), order.slice()),
        );
      }),
    );
  });
});

describe('words that somebody made up to be alike', () => {
  it('are found with a typo as far as there is room for them, and whole in any case', () => {
    const dictionary = new TermDictionary();
    const words = Array.from({ length: 3_000 }, (_, i) => `aaaa${String.fromCodePoint(0x4e00 + i)}`);
    const latin = Array.from({ length: 3_000 }, (_, i) => `bbbb${String.fromCodePoint(0x1e00 + i)}`);
    for (const word of [...words, ...latin, 'bbbx']) dictionary.intern(word);
    expect(dictionary.oneEditAway('bbbb').length).toBeGreaterThan(256);
    expect(dictionary.oneEditAway('bbbb').length).toBeLessThanOrEqual(1_024);
    for (const word of latin) expect(dictionary.find(word)).not.toBe(-1);
    expect(dictionary.oneEditAway('bbby')).toContain(dictionary.find('bbbx'));
  });
});

describe('a column of lists', () => {
  it('gives back what was set last, and uses holes again', () => {
    const change = fc.record({ slot: fc.nat(20), values: fc.array(fc.nat(9), { maxLength: 4 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
        const column = new ListColumn<Uint32Array<ArrayBuffer>>(new Uint32Array(1));
        column.ensureSlots(21);
        const model = new Map<number, number[]>();
        for (const { slot, values } of changes) {
          column.set(slot, values, values.length);
          model.set(slot, values);
        }
        const all = Array.from({ length: 21 }, (_, slot) => model.get(slot) ?? []);
        const packed = column.packed(0, 21);
        expect([...packed]).toEqual(all.flat());
        expect(column.elements.length).toBeLessThanOrEqual(2 * (21 * (1 + 2 + 3 + 4)) + 16);
        const restored = new ListColumn<Uint32Array<ArrayBuffer>>(new Uint32Array(0));
        restored.restore(packed, column.lengths.slice(0, 21));
        expect([...restored.packed(0, 21)]).toEqual(all.flat());
      }),
    );
  });
});

describe('finding in sorted arrays', () => {
  it('gives the first place that is not below, from anywhere before it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200)), fc.nat(210), fc.nat(20), (list, wanted, from) => {
        const sorted = Uint32Array.from([...new Set(list)].sort((a, b) => a - b));
        const expected = sorted.findIndex((value) => value >= wanted);
        const place = expected === -1 ? sorted.length : expected;
        const start = Math.min(from, place);
        const ranks = Uint32Array.from({ length: 201 }, (_, id) => id);
        expect(findTerm(sorted, ranks, wanted, start)).toBe(place);
        const postings = sorted.map((slot) => (slot << 8) | 7);
        expect(findSlot(postings, wanted, start, postings.length)).toBe(place);
      }),
    );
  });
});
