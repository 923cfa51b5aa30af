import { createHash } from 'node:crypto';
import { invalidField } from '@cairn/shared/errors/domain-error';
import type { Position, SearchCriteria } from './search-index.ts';

const MAX_LENGTH = 1_024;

/** Opaque to clients. It holds where a page ended, bound to the query, and no secret: it grants nothing. */
export function encodeCursor(criteria: SearchCriteria, position: Position): string {
  const { key, asin, tolerant } = position;
  const content = JSON.stringify([key, asin, tolerant === true]);
  return Buffer.from(checksum(criteria, content) + content, 'utf8').toString('base64url');
}

/** Rejects with the field `query.cursor` what this query did not give out. */
export function decodeCursor(criteria: SearchCriteria, cursor: string): Position {
  const text = cursor.length > MAX_LENGTH ? '' : Buffer.from(cursor, 'base64url').toString('utf8');
  const content = text.slice(CHECKSUM_LENGTH);
  if (text.slice(0, CHECKSUM_LENGTH) !== checksum(criteria, content)) throw invalidCursor();
  const [key, asin, tolerant] = parseList(content);
  if (typeof asin !== 'string' || (typeof key !== 'number' && typeof key !== 'string')) throw invalidCursor();
  if ((typeof key === 'string') !== (criteria.sort === 'name')) throw invalidCursor();
  return tolerant === true ? { key, asin, tolerant } : { key, asin };
}

const CHECKSUM_LENGTH = 16;

function checksum(criteria: SearchCriteria, content: string): string {
  const { text, kind, engine, owner, size, posted, sort } = criteria;
  const lists = [criteria.tags, criteria.anyTags, criteria.licenses, criteria.platforms, criteria.formats];
  const query = [text, kind, engine, owner, size?.min, size?.max, posted?.from, posted?.before, sort]
    .map((each) => each ?? null)
    .concat(lists.map((list) => JSON.stringify([...(list ?? [])].sort())));
  return createHash('sha256')
    .update(JSON.stringify(query))
    .update('\0')
    .update(content)
    .digest('base64url')
    .slice(0, CHECKSUM_LENGTH);
}

function parseList(content: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(content);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

const invalidCursor = () =>
  invalidField(
    'query.cursor',
    'cursor.invalid',
    'is not a cursor of this query',
    'Send `next_cursor` of the page before, with the same filters and sort.',
  );
