import { DatabaseSync } from 'node:sqlite';
import { Candidates } from '../../services/catalog/src/adapters/search-index/candidates.ts';
import { Columns } from '../../services/catalog/src/adapters/search-index/columns.ts';
import { countFacets } from '../../services/catalog/src/adapters/search-index/count-facets.ts';
import { filterCandidates } from '../../services/catalog/src/adapters/search-index/filter-candidates.ts';
import { topHits } from '../../services/catalog/src/adapters/search-index/top-hits.ts';
import { wordsOfField } from '../../services/catalog/src/domain/search/document-words.ts';
import { parseQuery } from '../../services/catalog/src/domain/search/parse-query.ts';
import type { SearchDocument } from '../../services/catalog/src/domain/search/search-index.ts';
import type { Query } from './query-sets.ts';

const FIELDS = ['name', 'tags', 'description', 'file_words'] as const;

export interface SearchSide {
  put(document: SearchDocument): void;
  /** Once all are put. */
  seal(): void;
  /** The number of hits. */
  search(query: Query): number;
}

/**
 * The reference: SQLite's FTS5 finds the rows, and the engine's own columns filter, count facets and pick the
 * page. It is spared the ranking, which would cost it more than finding: it sorts by downloads instead.
 */
export function fts5WithColumns(): SearchSide {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE VIRTUAL TABLE words USING fts5(name, tags, description, file_words)');
  db.exec('BEGIN');
  const insert = db.prepare(
    'INSERT INTO words (rowid, name, tags, description, file_words) VALUES (?, ?, ?, ?, ?)',
  );
  const rows = db.prepare('SELECT rowid FROM words WHERE words MATCH ?');
  rows.setReturnArrays(true);
  const columns = new Columns();
  const found = new Candidates();
  let documents = 0;

  return {
    put(document) {
      columns.put(documents, document);
      documents += 1;
      insert.run(documents, ...FIELDS.map((field) => wordsOfField(document, field).join(' ')));
    },
    seal: () => db.exec('COMMIT'),
    search({ criteria, page }) {
      found.begin(documents);
      if (criteria.text === undefined) {
        for (let slot = 0; slot < documents; slot += 1) found.slots[slot] = slot;
        found.count = documents;
      } else {
        const match = fts5Query(criteria.text);
        const matching = match === '' ? [] : (rows.all(match) as unknown as readonly (readonly [number])[]);
        for (const [rowid] of matching) found.slots[found.count++] = rowid - 1;
      }
      const used = filterCandidates(criteria, columns, found);
      if (page.facets !== undefined) {
        countFacets(page.facets, columns, found, {
          used,
          kind: criteria.kind,
          everything: found.hits === documents,
        });
      }
      topHits(criteria.sort === 'relevance' ? 'downloads' : criteria.sort, columns, found, page);
      return found.hits;
    },
  };
}

/** All words, the last one as a beginning; quoted, so that no word is an operator. */
export function fts5Query(text: string): string {
  return parseQuery(text)
    .map(({ word, prefix }) => `"${word}"${prefix ? '*' : ''}`)
    .join(' AND ');
}
