import { DatabaseSync } from 'node:sqlite';
import { supportsEngine } from '@cairn/shared/fields/supports-engine';
import { nameKeyOf, wordsOfField, type IndexedField } from '../domain/search/document-words.ts';
import { parseQuery, type QueryWord } from '../domain/search/parse-query.ts';
import {
  FACETS,
  FACT_FIELDS,
  SEARCH_LIMITS,
  type Facet,
  type FacetCount,
  type IndexChange,
  type Position,
  type SearchCriteria,
  type SearchDocument,
  type SearchIndex,
  type Sort,
} from '../domain/search/search-index.ts';

const FIELDS = ['name', 'tags', 'description', 'file_words'] as const satisfies readonly IndexedField[];

/**
 * The oracle: SQLite's FTS5 finds, and everything else is done in the plainest way that can be read off the
 * port's rules. Slow, and independent of the engine in all but the rule of what a word is.
 */
export function fts5SearchIndex(): SearchIndex {
  let db = createDatabase();
  let documents = new Map<string, SearchDocument>();
  let known: readonly string[] | undefined;

  function applyOne(change: IndexChange): void {
    if (change.type === 'downloads') {
      const document = documents.get(change.asin);
      if (document !== undefined) documents.set(change.asin, { ...document, downloads: change.total });
      return;
    }
    const asin = change.type === 'put' ? change.document.asin : change.asin;
    const row = db.prepare('SELECT id FROM assets WHERE asin = ?').get(asin);
    if (row !== undefined) {
      db.prepare('DELETE FROM words WHERE rowid = ?').run(Number(row['id']));
      db.prepare('DELETE FROM assets WHERE id = ?').run(Number(row['id']));
      documents.delete(asin);
    }
    if (change.type === 'remove') return;
    const { lastInsertRowid } = db.prepare('INSERT INTO assets (asin) VALUES (?)').run(asin);
    const texts = FIELDS.map((field) => wordsOfField(change.document, field).map(encodeWord).join(' '));
    db.prepare('INSERT INTO words (rowid, name, tags, description, file_words) VALUES (?, ?, ?, ?, ?)').run(
      lastInsertRowid,
      ...texts,
    );
    documents.set(asin, change.document);
  }

  /** The documents that have all words, by FTS5. */
  function matching(text: string, tolerant: boolean): SearchDocument[] {
    const words = parseQuery(text);
    if (words.length === 0) return [];
    const query = words.map((word) => `(${alternatives(word, tolerant).join(' OR ')})`).join(' AND ');
    const rows = db
      .prepare('SELECT asin FROM words JOIN assets ON assets.id = words.rowid WHERE words MATCH ?')
      .all(query);
    return rows.flatMap((row) => documents.get(String(row['asin'])) ?? []);
  }

  function alternatives({ word, prefix, typos }: QueryWord, tolerant: boolean): string[] {
    const found = [`"${encodeWord(word)}"${prefix ? '*' : ''}`];
    if (!tolerant || !typos) return found;
    for (const term of vocabulary()) {
      if (Math.abs(term.length - word.length) <= 2 && editDistance(term, word) === 1) {
        found.push(`"${encodeWord(term)}"`);
      }
    }
    return found;
  }

  function vocabulary(): readonly string[] {
    known ??= db
      .prepare('SELECT term FROM vocabulary')
      .all()
      .map((row) => decodeWord(String(row['term'])));
    return known;
  }

  return {
    async apply(changes) {
      known = undefined;
      db.exec('BEGIN');
      for (const change of changes) applyOne(change);
      db.exec('COMMIT');
    },
    async search(criteria, { after, limit, facets }) {
      const find = (tolerant: boolean) => {
        const found =
          criteria.text === undefined ? [...documents.values()] : matching(criteria.text, tolerant);
        return { found, hits: found.filter((document) => fits(document, criteria)) };
      };
      let tolerant = after?.tolerant === true;
      let { found, hits } = find(tolerant);
      const words = criteria.text === undefined ? [] : parseQuery(criteria.text);
      if (after === undefined && hits.length < SEARCH_LIMITS.fewHits && words.some((word) => word.typos)) {
        tolerant = true;
        ({ found, hits } = find(true));
      }
      const order = comparator(criteria.sort);
      const positions = hits
        .map((document) => ({ asin: document.asin, key: sortKey(criteria.sort, document, words) }))
        .filter((position) => after === undefined || order(after, position) < 0)
        .sort(order)
        .slice(0, limit);
      const counts = FACETS.filter((facet) => facets?.names.includes(facet)).map((facet) => {
        const others = without(criteria, facet);
        const scope = found.filter((document) => fits(document, others));
        return [facet, facetCounts(facet, scope, facets?.engines ?? [])] as const;
      });
      return {
        hits: tolerant ? positions.map((position) => ({ ...position, tolerant: true as const })) : positions,
        total: hits.length,
        tolerant,
        facets: Object.fromEntries(counts),
      };
    },
    isLost: () => false,
    async reset() {
      db = createDatabase();
      documents = new Map();
    },
  };
}

function createDatabase(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  db.exec(`CREATE TABLE assets (id INTEGER PRIMARY KEY, asin TEXT UNIQUE);
    CREATE VIRTUAL TABLE words USING fts5(name, tags, description, file_words,
      tokenize = "ascii tokenchars '_'");
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row);`);
  return db;
}

/** In letters that FTS5 does nothing to; what begins with a word still does. */
const encodeWord = (word: string): string =>
  Array.from(word, (character) =>
    /[a-z0-9]/.test(character)
      ? character
      : `_${(character.codePointAt(0) ?? 0).toString(16).padStart(6, '0')}`,
  ).join('');

const decodeWord = (term: string): string =>
  term.replaceAll(/_([0-9a-f]{6})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));

/** Damerau's, with neighbours exchanged once: the whole table, for want of doubt. */
function editDistance(a: string, b: string): number {
  const [one, other] = [Array.from(a), Array.from(b)];
  if (Math.abs(one.length - other.length) > 1) return 2;
  const table = Array.from({ length: one.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number) => table[i]?.[j] ?? (i === 0 ? j : Infinity);
  for (let i = 1; i <= one.length; i += 1) {
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      const row = table[i];
      if (row !== undefined) row[j] = swapped ? Math.min(best, at(i - 2, j - 2) + 1) : best;
    }
  }
  return at(one.length, other.length);
}

const isAny = <T>(wanted: readonly T[] | undefined, has: (value: T) => boolean): boolean =>
  wanted === undefined || wanted.length === 0 || wanted.some(has);

function fits(document: SearchDocument, criteria: SearchCriteria): boolean {
  const { kind, engine, tags, owner, size, posted } = criteria;
  const postedAt = posted === undefined ? 0 : Date.parse(document.date_posted);
  return (
    (kind === undefined || document.kind === kind) &&
    (engine === undefined || supports(document, engine)) &&
    (owner === undefined || document.user_id === owner) &&
    tags.every((tag) => document.tags.includes(tag)) &&
    isAny(criteria.anyTags, (tag) => document.tags.includes(tag)) &&
    isAny(criteria.licenses, (license) => document.license === license) &&
    FACT_FIELDS.every((field) =>
      isAny(criteria[field], (value) => document[field]?.includes(value) === true),
    ) &&
    document.asset_size >= (size?.min ?? 0) &&
    document.asset_size <= (size?.max ?? Infinity) &&
    (posted?.from === undefined || postedAt >= Date.parse(posted.from)) &&
    (posted?.before === undefined || postedAt < Date.parse(posted.before))
  );
}

const answers = new Map<string, boolean>();
function supports({ release_engines }: SearchDocument, engine: string): boolean {
  return release_engines.some((ranges) => {
    const key = JSON.stringify([ranges, engine]);
    const answer = answers.get(key) ?? supportsEngine(ranges, engine);
    answers.set(key, answer);
    return answer;
  });
}

/** The criteria but those that a choice in the facet would replace or extend. */
function without(criteria: SearchCriteria, facet: Facet): SearchCriteria {
  if (facet === 'license') return { ...criteria, licenses: undefined };
  return { ...criteria, [facet === 'tags' ? 'anyTags' : facet]: undefined };
}

function facetCounts(
  facet: Facet,
  scope: readonly SearchDocument[],
  engines: readonly string[],
): FacetCount[] {
  const counts = new Map<string, number>();
  const asked = [...new Set(engines)].slice(0, SEARCH_LIMITS.facetEngines);
  const valuesOf = (document: SearchDocument): readonly string[] => {
    if (facet === 'engine') return asked.filter((engine) => supports(document, engine));
    if (facet === 'kind' || facet === 'license') return [document[facet]];
    return document[facet] ?? [];
  };
  for (const document of scope) {
    for (const value of new Set(valuesOf(document))) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || byCodePoint(a.value, b.value))
    .slice(0, SEARCH_LIMITS.facetValues);
}

function sortKey(sort: Sort, document: SearchDocument, words: readonly QueryWord[]): string | number {
  switch (sort) {
    case 'relevance':
      return words.reduce((sum, word) => sum + scoreOf(document, word), 0);
    case 'newest':
      return Date.parse(document.date_posted);
    case 'updated':
      return Date.parse(document.date_updated);
    case 'downloads':
      return document.downloads;
    case 'name':
      return nameKeyOf(document.name);
    case 'size':
      return document.asset_size;
  }
}

function scoreOf(document: SearchDocument, { word }: QueryWord): number {
  const weights = [3, 2, 1, 1];
  return FIELDS.reduce((sum, field, i) => {
    const found = wordsOfField(document, field);
    const factor = found.includes(word) ? 4 : found.some((each) => each.startsWith(word)) ? 2 : 0;
    return sum + factor * (weights[i] ?? 0);
  }, 0);
}

const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function comparator(sort: Sort): (a: Position, b: Position) => number {
  const direction = sort === 'name' || sort === 'size' ? 1 : -1;
  return (a, b) => {
    const byKey =
      typeof a.key === 'number' && typeof b.key === 'number'
        ? a.key - b.key
        : byCodePoint(String(a.key), String(b.key));
    return byKey === 0 ? byCodePoint(b.asin, a.asin) : byKey * direction;
  };
}
