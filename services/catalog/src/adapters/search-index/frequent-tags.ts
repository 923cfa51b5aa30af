import { SEARCH_LIMITS } from '../../domain/search/search-index.ts';
import { isZero, type Candidates } from './candidates.ts';
import type { Columns } from './columns.ts';
import { findTerm, SLOT_SHIFT, type Segment } from './segment.ts';
import type { SegmentSet } from './segment-set.ts';
import { tagTerm, type TermDictionary } from './term-dictionary.ts';

/** Below this share of the documents, looking at each hit's own tags costs less. */
const DENSE_SHARE = 1 / 4;
/** Tags that fewer documents have than this share are not in the list. */
const LISTED_SHARE = 1 / 2_048;
/** The list is made anew after puts of this share of the documents. */
const STALE_SHARE = 1 / 4_096;
/** Postings that are looked at for each hit, before it is given up: a hit's own tags cost as much as so many. */
const PATIENCE = 10;

/** Ids of tags and how many of the hits have each, side by side; what is missing has fewer than the thirtieth. */
export interface TagCounts {
  readonly ids: Uint32Array;
  readonly counts: Uint32Array;
  readonly size: number;
}

/**
 * The facet of tags for dense hits. No tag is in more hits than in documents; so the tags that most documents have
 * are counted first, by their postings, until none of those that follow can be among the highest any more.
 */
export class FrequentTags {
  readonly #columns: Columns;
  readonly #segments: SegmentSet;
  readonly #terms: TermDictionary;
  /** Most documents first, as it was when `#puts` had been put. */
  #ids: Uint32Array = new Uint32Array(0);
  #documentsOf: Uint32Array = new Uint32Array(0);
  /** As many have a tag that is not listed, at most. */
  #unlisted = Infinity;
  #puts = -1;

  constructor(columns: Columns, segments: SegmentSet, terms: TermDictionary) {
    this.#columns = columns;
    this.#segments = segments;
    this.#terms = terms;
  }

  /** undefined: the hits are few, or alike in nothing; their own tags have to be counted. */
  count(found: Candidates, slots: Uint32Array, hits: number, documents: number): TagCounts | undefined {
    if (hits < documents * DENSE_SHARE) return undefined;
    this.#refresh(documents);
    // Since then, each put can have given a tag one document more.
    const slack = this.#columns.puts - this.#puts;
    const segments = this.#segments.active();
    const flags = found.flagged(slots, hits);
    const counts = new Uint32Array(this.#ids.length);
    const highest = new HighestCounts(SEARCH_LIMITS.facetValues);
    let left = hits * PATIENCE;
    let size = 0;
    while (size < this.#ids.length && left > 0) {
      const most = (this.#documentsOf[size] as number) + slack;
      if (highest.least > most) break;
      const count = this.#countOne(this.#ids[size] as number, segments, flags);
      counts[size] = count;
      highest.offer(count);
      left -= most;
      size += 1;
    }
    found.work += hits * PATIENCE - left;
    found.unflag();
    const next = size < this.#ids.length ? (this.#documentsOf[size] as number) : this.#unlisted;
    return highest.least > next + slack ? { ids: this.#ids, counts, size } : undefined;
  }

  #countOne(tag: number, segments: readonly Segment[], flags: Uint8Array): number {
    const { ranks } = this.#terms;
    const term = this.#terms.find(tagTerm(this.#columns.values.tags.text(tag)));
    if (term === -1) return 0;
    const rank = this.#terms.rankOf(term);
    let count = 0;
    for (const segment of segments) {
      const at = findTerm(segment.terms, ranks, rank);
      if (segment.terms[at] !== term) continue;
      const [from, to] = [segment.offsets[at] as number, segment.offsets[at + 1] as number];
      if (segment.dead === 0) count += countFlagged(segment.postings, from, to, flags);
      else count += countLiveFlagged(segment, from, to, flags, this.#segments.home);
    }
    return count;
  }

  #refresh(documents: number): void {
    const { puts, counts } = this.#columns;
    if (this.#puts >= 0 && puts - this.#puts <= documents * STALE_SHARE) return;
    const documentsOf = counts.of('tags');
    const least = Math.max(1, Math.ceil(documents * LISTED_SHARE));
    const listed: number[] = [];
    for (let id = 0; id < documentsOf.length; id += 1) {
      if ((documentsOf[id] as number) >= least) listed.push(id);
    }
    listed.sort((a, b) => (documentsOf[b] as number) - (documentsOf[a] as number));
    this.#ids = Uint32Array.from(listed);
    this.#documentsOf = Uint32Array.from(listed, (id) => documentsOf[id] as number);
    this.#unlisted = least - 1;
    this.#puts = puts;
  }
}

function countFlagged(postings: Uint32Array, from: number, to: number, flags: Uint8Array): number {
  let count = 0;
  for (let i = from; i < to; i += 1) count += flags[(postings[i] as number) >>> SLOT_SHIFT] as number;
  return count;
}

function countLiveFlagged(
  { postings, id }: Segment,
  from: number,
  to: number,
  flags: Uint8Array,
  home: Uint32Array,
): number {
  let count = 0;
  for (let i = from; i < to; i += 1) {
    const slot = (postings[i] as number) >>> SLOT_SHIFT;
    count += (flags[slot] as number) & isZero((home[slot] as number) ^ id);
  }
  return count;
}

/** The lowest of the highest so many counts. */
class HighestCounts {
  readonly #room: number;
  readonly #counts: number[] = [];

  constructor(room: number) {
    this.#room = room;
  }

  /** -1 while there is room left. */
  get least(): number {
    return this.#counts.length < this.#room ? -1 : (this.#counts.at(-1) ?? -1);
  }

  offer(count: number): void {
    if (count <= this.least) return;
    let at = this.#counts.length;
    while (at > 0 && (this.#counts[at - 1] as number) < count) at -= 1;
    this.#counts.splice(at, 0, count);
    if (this.#counts.length > this.#room) this.#counts.pop();
  }
}
