import { expect, test } from 'vitest';
import { DomainError } from '../errors/domain-error.ts';
import { deadLetterAttributes, reasonOf } from './dead-letter.ts';
import { PoisonMessageError } from './poison-message-error.ts';

const SECRET = 'https://s3.test/key?X-Amz-Signature=abc';

test.each([
  [new PoisonMessageError('not JSON'), 'not JSON'],
  [new PoisonMessageError(''), 'unknown'],
  [new PoisonMessageError('é\n'.repeat(200)), '?'.repeat(256)],
  [new DomainError('service.unavailable', { detail: SECRET }), 'service.unavailable'],
  [new TypeError(SECRET), 'TypeError'],
  [Object.assign(new Error(SECRET), { code: 'ECONNREFUSED' }), 'Error ECONNREFUSED'],
  [new Error(SECRET, { cause: Object.assign(new Error(SECRET), { name: 'TimeoutError' }) }), 'TimeoutError'],
  [SECRET, 'unknown'],
  [undefined, 'unknown'],
])('the reason of %o is a code or a class, never its text', (error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});

const attributesOf = (more: Record<string, string> = {}) =>
  Object.fromEntries(
    Object.entries(
      deadLetterAttributes({
        message: {
          MessageId: 'm1',
          Attributes: { SentTimestamp: String(Date.parse('2026-11-22T12:00:00.000Z')) },
          MessageAttributes: Object.fromEntries(
            Object.entries(more).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
          ),
        },
        sourceQueue: 'downloads',
        reason: 'Error',
        receiveCount: 8,
        now: new Date('2026-11-22T13:00:00.000Z'),
      }),
    ).map(([name, value]) => [name, value.StringValue]),
  );

test('a dead letter tells why, from where, how often and when, and keeps what its sender gave it', () => {
  expect(attributesOf({ type: 'asset.deleted', reason: 'older', redriven_at: 'then' })).toEqual({
    reason: 'Error',
    source_queue: 'downloads',
    source_message_id: 'm1',
    receive_count: '8',
    first_sent_at: '2026-11-22T12:00:00.000Z',
    last_received_at: '2026-11-22T13:00:00.000Z',
    type: 'asset.deleted',
    redriven_at: 'then',
  });
});

test('one that was redriven keeps the time of its first sending', () => {
  expect(attributesOf({ first_sent_at: '2026-11-19T12:00:00.000Z' }).first_sent_at).toBe(
    '2026-11-19T12:00:00.000Z',
  );
});

test('it has no more attributes than SQS allows', () => {
  const many = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`a${i}`, 'x']));
  expect(Object.keys(attributesOf(many))).toHaveLength(10);
});
