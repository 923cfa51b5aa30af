import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { keyUsageReporter } from './key-usage.ts';

function aReporter() {
  const clock = { now: new Date('2026-11-22T23:59:00Z') };
  const sent: unknown[] = [];
  const calls: number[] = [];
  const queue = { down: false };
  const sqs = {
    send: async (command: unknown) => {
      if (queue.down) throw new Error('away');
      if (!(command instanceof SendMessageBatchCommand)) return { QueueUrl: 'queue' };
      const bodies = (command.input.Entries ?? []).map(
        (entry) => JSON.parse(entry.MessageBody ?? '') as unknown,
      );
      calls.push(bodies.length);
      sent.push(...bodies);
      return {};
    },
  } as unknown as Pick<SQSClient, 'send'>;
  const reporter = keyUsageReporter({ sqs, queue: 'q', logger: silentLogger(), now: () => clock.now });
  return { reporter, sent, calls, queue, clock };
}

describe('the use of API keys', () => {
  test('is told once a key and day, however often it is used, in batches', async () => {
    const { reporter, sent, calls, clock } = aReporter();
    for (let i = 0; i < 100; i++) {
      for (let key = 0; key < 25; key++) reporter.note({ userId: 'user_1', keyId: `key_${key}` });
    }
    await reporter.drain();
    expect(calls).toEqual([10, 10, 5]);
    expect(sent[0]).toEqual({ user_id: 'user_1', key_id: 'key_0', day: '2026-11-22' });
    clock.now = new Date('2026-11-23T00:00:00Z');
    reporter.note({ userId: 'user_1', keyId: 'key_0' });
    await reporter.drain();
    expect(sent.at(-1)).toEqual({ user_id: 'user_1', key_id: 'key_0', day: '2026-11-23' });
  });

  test('that could not be told is told at the next use, and costs nobody anything', async () => {
    const { reporter, sent, queue } = aReporter();
    queue.down = true;
    reporter.note({ userId: 'user_1', keyId: 'key_1' });
    await reporter.drain();
    expect(sent).toEqual([]);
    queue.down = false;
    reporter.note({ userId: 'user_1', keyId: 'key_1' });
    await reporter.drain();
    expect(sent).toHaveLength(1);
  });
});
