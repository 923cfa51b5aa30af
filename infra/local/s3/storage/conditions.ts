import { S3Error } from '../errors.ts';
import type { ObjectRecord } from './object-record.ts';
import type { Precondition } from './object-store.ts';

type Headers = ReadonlyMap<string, string>;

/** Conditions of a read; `notModified` is the answer 304. */
export function checkReadConditions(headers: Headers, record: ObjectRecord): 'ok' | 'notModified' {
  const ifMatch = headers.get('if-match');
  if (ifMatch !== undefined) {
    if (!etagListed(ifMatch, record.etag)) throw failed('If-Match');
  } else if (isModifiedSince(headers.get('if-unmodified-since'), record)) {
    throw failed('If-Unmodified-Since');
  }
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== undefined) return etagListed(ifNoneMatch, record.etag) ? 'notModified' : 'ok';
  return isModifiedSince(headers.get('if-modified-since'), record) === false ? 'notModified' : 'ok';
}

/** Conditions on the source of a copy, where a failed one is always 412. */
export function checkCopySourceConditions(headers: Headers, record: ObjectRecord): void {
  const value = (name: string) => headers.get(`x-amz-copy-source-${name}`);
  const ifMatch = value('if-match');
  if (ifMatch !== undefined) {
    if (!etagListed(ifMatch, record.etag)) throw failed('x-amz-copy-source-if-match');
  } else if (isModifiedSince(value('if-unmodified-since'), record)) {
    throw failed('x-amz-copy-source-if-unmodified-since');
  }
  const ifNoneMatch = value('if-none-match');
  if (ifNoneMatch !== undefined) {
    if (etagListed(ifNoneMatch, record.etag)) throw failed('x-amz-copy-source-if-none-match');
  } else if (isModifiedSince(value('if-modified-since'), record) === false) {
    throw failed('x-amz-copy-source-if-modified-since');
  }
}

/** Conditions of a write on what is at its destination. */
export function writePrecondition(headers: Headers): Precondition | undefined {
  const ifNoneMatch = headers.get('if-none-match');
  const ifMatch = headers.get('if-match');
  if (ifNoneMatch === undefined && ifMatch === undefined) return undefined;
  if (ifNoneMatch !== undefined && (ifMatch !== undefined || ifNoneMatch.trim() !== '*')) {
    throw new S3Error('NotImplemented', undefined, { details: { Header: 'If-None-Match' } });
  }
  return (current) => {
    if (ifNoneMatch !== undefined && current) throw failed('If-None-Match');
    if (ifMatch === undefined) return;
    if (!current) throw new S3Error('NoSuchKey');
    if (!etagListed(ifMatch, current.etag)) throw failed('If-Match');
  };
}

export function etagListed(list: string, etag: string): boolean {
  return list
    .split(',')
    .map((entry) =>
      entry
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    )
    .some((entry) => entry === '*' || entry === etag);
}

/** Undefined when there is no date, or none that can be read: such a condition is ignored. */
function isModifiedSince(httpDate: string | undefined, record: ObjectRecord): boolean | undefined {
  const since = Date.parse(httpDate ?? '');
  if (Number.isNaN(since)) return undefined;
  // HTTP dates have whole seconds.
  return Math.floor(Date.parse(record.lastModified) / 1000) * 1000 > since;
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', undefined, { details: { Condition: condition } });
}
