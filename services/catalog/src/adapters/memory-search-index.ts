import { supportsEngine } from '@cairn/shared/fields/engine-version';
import { foldText, wordsOf } from '../domain/search/fold-text.ts';
import type {
  IndexChange,
  Position,
  SearchCriteria,
  SearchDocument,
  SearchIndex,
  Sort,
} from '../domain/search/search-index.ts';

const NAME_WEIGHT = 3;
const TAG_WEIGHT = 2;
const DESCRIPTION_WEIGHT = 1;
/** Enough to order by, and short enough for a cursor. */
const NAME_KEY_LENGTH = 64;

interface Entry {
  document: SearchDocument;
  nameKey: string;
  /** Weight by word. */
  words: ReadonlyMap<string, number>;
}

/** A first index behind the port: postings by word in a Map, everything else by looking at each candidate. */
export function memorySearchIndex(): SearchIndex {
  const entries = new Map<string, Entry>();
  const postings = new Map<string, Set<string>>();

  function remove(asin: string): void {
    const entry = entries.get(asin);
    if (entry === undefined) return;
    entries.delete(asin);
    for (const word of entry.words.keys()) {
      const asins = postings.get(word);
      asins?.delete(asin);
      if (asins?.size === 0) postings.delete(word);
    }
  }

  function put(document: SearchDocument): void {
    remove(document.asin);
    const words = weighWords(document);
    const nameKey = foldText(document.name).slice(0, NAME_KEY_LENGTH);
    entries.set(document.asin, { document, nameKey, words });
    for (const word of words.keys()) {
      const asins = postings.get(word) ?? new Set();
      postings.set(word, asins.add(document.asin));
    }
  }

  function applyOne(change: IndexChange): void {
    if (change.type === 'put') return put(change.document);
    if (change.type === 'remove') return remove(change.asin);
    const entry = entries.get(change.asin);
    if (entry !== undefined) entry.document = { ...entry.document, downloads: change.total };
  }

  /** The words of the index that begin so, the whole word among them. */
  const wordsWith = (prefix: string) => [...postings.keys()].filter((word) => word.startsWith(prefix));

  /** Score by asin of what matches the text: a whole word counts double. */
  function matchText(text: string): Map<string, number> {
    const wanted = wordsOf(text);
    let scores: Map<string, number> | undefined;
    for (const [i, word] of wanted.entries()) {
      const best = new Map<string, number>();
      for (const found of i === wanted.length - 1 ? wordsWith(word) : [word]) {
        for (const asin of postings.get(found) ?? []) {
          const weight = (entries.get(asin)?.words.get(found) ?? 0) * (found === word ? 2 : 1);
          if (weight > (best.get(asin) ?? 0)) best.set(asin, weight);
        }
      }
      scores = scores === undefined ? best : addBoth(scores, best);
    }
    return scores ?? new Map();
  }

  return {
    async apply(changes) {
      for (const change of changes) applyOne(change);
    },
    async search(criteria, { after, limit }) {
      const scores = criteria.text === undefined ? undefined : matchText(criteria.text);
      const accepts = filterOf(criteria);
      const order = comparator(criteria.sort);
      const hits: Position[] = [];
      for (const asin of (scores ?? entries).keys()) {
        const entry = entries.get(asin);
        if (entry === undefined || !accepts(entry.document)) continue;
        hits.push({ asin, key: sortKey(criteria.sort, entry, scores?.get(asin) ?? 0) });
      }
      const rest = after === undefined ? hits : hits.filter((hit) => order(after, hit) < 0);
      return { hits: rest.sort(order).slice(0, limit), total: hits.length };
    },
  };
}

function weighWords({ name, tags, description }: SearchDocument): Map<string, number> {
  const weights = new Map<string, number>();
  const add = (text: string, weight: number) => {
    for (const word of new Set(wordsOf(text))) weights.set(word, (weights.get(word) ?? 0) + weight);
  };
  add(name, NAME_WEIGHT);
  add(tags.join(' '), TAG_WEIGHT);
  add(description, DESCRIPTION_WEIGHT);
  return weights;
}

function addBoth(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Map<string, number> {
  const both = new Map<string, number>();
  for (const [asin, score] of a) {
    const other = b.get(asin);
    if (other !== undefined) both.set(asin, score + other);
  }
  return both;
}

function filterOf(criteria: SearchCriteria): (document: SearchDocument) => boolean {
  const { kind, engine, tags, license, owner } = criteria;
  const supports = engine === undefined ? undefined : engineFilter(engine);
  return (document) =>
    (kind === undefined || document.kind === kind) &&
    (license === undefined || document.license === license) &&
    (owner === undefined || document.user_id === owner) &&
    tags.every((tag) => document.tags.includes(tag)) &&
    (supports === undefined || document.release_engines.some(supports));
}

/** Many assets name the same ranges, and comparing ranges is slow. */
function engineFilter(engine: string): (ranges: readonly string[]) => boolean {
  const known = new Map<string, boolean>();
  return (ranges) => {
    const key = ranges.join('\n');
    const answer = known.get(key) ?? supportsEngine(ranges, engine);
    known.set(key, answer);
    return answer;
  };
}

function sortKey(sort: Sort, { document, nameKey }: Entry, score: number): string | number {
  switch (sort) {
    case 'relevance':
      return score;
    case 'newest':
      return document.date_posted;
    case 'updated':
      return document.date_updated;
    case 'downloads':
      return document.downloads;
    case 'name':
      return nameKey;
    case 'size':
      return document.asset_size;
  }
}

function comparator(sort: Sort): (a: Position, b: Position) => number {
  const direction = sort === 'name' || sort === 'size' ? 1 : -1;
  return (a, b) => {
    if (a.key !== b.key) return a.key < b.key ? -direction : direction;
    return a.asin === b.asin ? 0 : a.asin < b.asin ? 1 : -1;
  };
}
