import { newId } from '@cairn/shared/ids';
import { expect, it } from 'vitest';
import { describeLetter } from './describe-letter.ts';
import { listLetters } from './list-letters.ts';
import { aLetter, memoryDeadLetters } from './memory-dead-letters.ts';

const [upload, file, asset] = [newId('upload'), newId('file'), newId('asset')];

it('tells the ids in an S3 event, of which the key is encoded, and nothing else of it', () => {
  const Body = JSON.stringify({
    Records: [{ s3: { object: { key: `${upload}%2F${file}`, eTag: 'secret-etag' } } }],
  });
  const described = describeLetter(aLetter({ reason: 'TimeoutError', receive_count: '8' }, { Body }));
  expect(described).toMatchObject({
    reason: 'TimeoutError',
    receive_count: 8,
    kind: 'object-created',
    about: [upload, file],
  });
  expect(JSON.stringify(described)).not.toContain('secret');
});

it.each([
  [JSON.stringify({ type: 'asset.deleted', asin: asset }), 'asset.deleted', [asset]],
  [JSON.stringify({ type: 'https://secret?X-Amz-Signature=1' }), 'unknown', []],
  [JSON.stringify({ asin: asset, file_id: file, at: '2026-11-22' }), 'download', [asset, file]],
  [`{"half": "${asset}`, 'not JSON', [asset]],
  ['null', 'unknown', []],
])('tells of %s that it is %s', (Body, kind, about) => {
  expect(describeLetter(aLetter({}, { Body }))).toMatchObject({ kind, about });
});

it('knows the first sending of one that was redriven, and the reason of one that SQS has moved', () => {
  const described = describeLetter(aLetter({ first_sent_at: '2026-11-19T12:00:00.000Z' }));
  expect([described.since, described.reason]).toEqual(['2026-11-19T12:00:00.000Z', 'worker.died']);
});

it('lists by age, counts by reason, and lets go of all', async () => {
  const letters = memoryDeadLetters([
    ...Array.from({ length: 12 }, () => aLetter({ reason: 'Error' })),
    aLetter({ reason: 'not JSON', first_sent_at: '2020-01-01T00:00:00.000Z' }),
  ]);
  const listing = await listLetters(letters.queue, 100);
  expect(listing).toMatchObject({ count: 13, by_reason: { Error: 12, 'not JSON': 1 } });
  expect(listing.letters[0]?.reason).toBe('not JSON');
  expect([letters.there.size, letters.taken.size]).toEqual([13, 0]);
  expect((await listLetters(letters.queue, 5)).letters).toHaveLength(5);
});
