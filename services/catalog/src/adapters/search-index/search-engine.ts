import { parseQuery } from '../../domain/search/parse-query.ts';
import {
  SEARCH_LIMITS,
  type IndexChange,
  type PageRequest,
  type SearchCriteria,
  type SearchDocument,
  type SearchHits,
} from '../../domain/search/search-index.ts';
import { Candidates } from './candidates.ts';
import { Columns } from './columns.ts';
import { countFacets } from './count-facets.ts';
import { filterCandidates } from './filter-candidates.ts';
import { FrequentTags } from './frequent-tags.ts';
import { HashTable } from './hash-table.ts';
import { impactsOf } from './impact.ts';
import { matchWords } from './match-words.ts';
import { resolveFilters, resolveWord } from './resolve-words.ts';
import { MAX_SLOTS } from './segment.ts';
import { SegmentSet } from './segment-set.ts';
import { ownerTerm, tagTerm, TermDictionary } from './term-dictionary.ts';
import { compareBytes, encodedBytes, encodeText, hashBytes } from './text-bytes.ts';
import { topHits } from './top-hits.ts';

/** Postings that are merged with each change, so that segments stay few also while changes never pause. */
const MERGED_PER_CHANGE = 4_000;

export interface EngineState {
  readonly columns: Columns;
  readonly segments: SegmentSet;
  readonly terms: TermDictionary;
  /** Slots that have been used; those without a document are used again. */
  readonly slots: number;
}

/**
 * The index itself: synchronous, all in typed arrays. Each document has a slot; what can be said in a number
 * stands in columns, words in postings. Nothing but the columns changes in place.
 */
export class SearchEngine {
  readonly #columns: Columns;
  readonly #segments: SegmentSet;
  readonly #terms: TermDictionary;
  readonly #slotByAsin = new HashTable();
  readonly #freeSlots: number[] = [];
  readonly #found = new Candidates();
  readonly #frequentTags: FrequentTags;
  #slots = 0;
  #documents = 0;

  constructor(state?: EngineState) {
    this.#columns = state?.columns ?? new Columns();
    this.#terms = state?.terms ?? new TermDictionary();
    this.#segments = state?.segments ?? new SegmentSet(this.#terms);
    this.#frequentTags = new FrequentTags(this.#columns, this.#segments, this.#terms);
    this.#slots = state?.slots ?? 0;
    for (let slot = 0; slot < this.#slots; slot += 1) this.#adopt(slot);
  }

  get documents(): number {
    return this.#documents;
  }

  /** Postings and candidates that the last search looked at. */
  get work(): number {
    return this.#found.work;
  }

  get state(): EngineState {
    return { columns: this.#columns, segments: this.#segments, terms: this.#terms, slots: this.#slots };
  }

  apply(change: IndexChange): void {
    if (change.type === 'put') this.#put(change.document);
    else if (change.type === 'remove') this.#remove(change.asin);
    else {
      const slot = this.#slotOf(change.asin);
      if (slot !== -1) this.#columns.downloads[slot] = change.total;
    }
    if (change.type !== 'downloads') this.maintain(MERGED_PER_CHANGE);
  }

  /** Goes on merging by about so many postings; false: nothing to do. */
  maintain(postings: number): boolean {
    return this.#segments.maintain(postings);
  }

  search(criteria: SearchCriteria, page: PageRequest): SearchHits {
    this.#found.work = 0;
    let tolerant = page.after?.tolerant === true;
    let used = this.#match(criteria, tolerant);
    const found = this.#found;
    const mayTolerate = page.after === undefined && criteria.text !== undefined;
    if (mayTolerate && found.hits < SEARCH_LIMITS.fewHits && hasRoomForTypos(criteria.text)) {
      tolerant = true;
      used = this.#match(criteria, true);
    }
    const total = found.hits;
    const facets =
      page.facets === undefined
        ? {}
        : countFacets(page.facets, this.#columns, found, {
            used,
            kind: criteria.kind,
            everything: total === this.#documents,
            countTags: (slots, count) => this.#frequentTags.count(found, slots, count, this.#documents),
          });
    const hits = topHits(criteria.sort, this.#columns, found, page);
    return { hits: tolerant ? hits.map((hit) => ({ ...hit, tolerant })) : hits, total, tolerant, facets };
  }

  /** Finds the hits; tells the bits of the filters that were used. */
  #match(criteria: SearchCriteria, tolerant: boolean): number {
    const found = this.#found;
    const wanted = resolveFilters(this.#terms, criteria);
    if (criteria.text !== undefined) {
      const words = parseQuery(criteria.text);
      if (words.length === 0) {
        found.count = 0;
        found.keepHits(false);
        return 0;
      }
      for (const word of words) wanted.push(resolveWord(this.#terms, word, tolerant));
    }
    if (wanted.length > 0) matchWords(wanted, this.#segments, this.#terms.ranks, found);
    else this.#takeEverything(criteria.sort === 'relevance');
    return filterCandidates(criteria, this.#columns, found);
  }

  #takeEverything(scored: boolean): void {
    const found = this.#found;
    found.begin(this.#slots);
    const { slots, scores } = found;
    const { home } = this.#segments;
    let count = 0;
    for (let slot = 0; slot < this.#slots; slot += 1) if (home[slot] !== 0) slots[count++] = slot;
    if (scored) scores.fill(0, 0, count);
    found.count = count;
    found.work += this.#slots;
  }

  #put(document: SearchDocument): void {
    let slot = this.#slotOf(document.asin);
    if (slot === -1) {
      slot = this.#freeSlots.pop() ?? this.#slots;
      if (slot >= MAX_SLOTS) throw new RangeError('The index holds as many documents as it can');
      this.#slots = Math.max(this.#slots, slot + 1);
      this.#segments.ensureSlots(this.#slots);
      this.#slotByAsin.add(hashOf(document.asin), slot);
      this.#documents += 1;
    } else this.#columns.count(slot, -1);
    this.#columns.put(slot, document);
    const impacts = impactsOf(document);
    for (const tag of document.tags) impacts.set(tagTerm(tag), 0);
    impacts.set(ownerTerm(document.user_id), 0);
    this.#segments.put(
      slot,
      Uint32Array.from(impacts.keys(), (term) => this.#terms.intern(term)),
      Uint8Array.from(impacts.values()),
    );
  }

  #remove(asin: string): void {
    const slot = this.#slotOf(asin);
    if (slot === -1) return;
    this.#columns.count(slot, -1);
    this.#segments.remove(slot);
    this.#slotByAsin.remove(hashOf(asin), slot);
    this.#freeSlots.push(slot);
    this.#documents -= 1;
  }

  /** Takes up a slot of a restored state. */
  #adopt(slot: number): void {
    if (!this.#segments.isLive(slot)) {
      this.#freeSlots.push(slot);
      return;
    }
    const { elements, starts, lengths } = this.#columns.asin;
    const start = starts[slot] as number;
    this.#slotByAsin.add(hashBytes(elements, start, start + (lengths[slot] as number)), slot);
    this.#columns.count(slot, 1);
    this.#documents += 1;
  }

  #slotOf(asin: string): number {
    const length = encodeText(asin);
    const bytes = encodedBytes();
    const { elements, starts, lengths } = this.#columns.asin;
    return this.#slotByAsin.find(hashBytes(bytes, 0, length), (slot) => {
      const start = starts[slot] as number;
      const end = start + (lengths[slot] as number);
      return compareBytes(elements, start, end, bytes, 0, length) === 0;
    });
  }
}

const hasRoomForTypos = (text: string): boolean => parseQuery(text).some((word) => word.typos);
const hashOf = (asin: string): number => hashBytes(encodedBytes(), 0, encodeText(asin));
