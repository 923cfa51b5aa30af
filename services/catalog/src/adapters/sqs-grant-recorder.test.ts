import type { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, vi } from 'vitest';
import { aGrant } from '../testing/builders.ts';
import { sqsGrantRecorder } from './sqs-grant-recorder.ts';

/** A queue that answers as it is told; only `send` of it is used. */
function aQueue(answer: () => Promise<object>) {
  const batches: unknown[][] = [];
  const sqs = {
    send: async (command: SendMessageCommand) => {
      const { grants } = JSON.parse(command.input.MessageBody ?? '') as { grants: unknown[] };
      batches.push(grants);
      return answer();
    },
  } as unknown as SQSClient;
  return { batches, sqs };
}

const accepts = async () => ({});

describe('sending grants', () => {
  it('puts those that come together into one message, a hundred at most, and ten wait for nobody', async () => {
    const { batches, sqs } = aQueue(accepts);
    const { record } = sqsGrantRecorder({ sqs, queueUrl: async () => 'q', lingerMs: 3_600_000 });
    const grants = Array.from({ length: 110 }, () => aGrant());
    await Promise.all(grants.map(record));
    expect(batches.map((batch) => batch.length)).toEqual([100, 10]);
    expect(batches.flat()).toEqual(grants);
  });

  it('waits a moment with a few, and then sends them together', async () => {
    const { batches, sqs } = aQueue(accepts);
    const { record } = sqsGrantRecorder({ sqs, queueUrl: async () => 'q' });
    const grants = Array.from({ length: 9 }, () => aGrant());
    await Promise.all(grants.map(record));
    expect(batches).toEqual([grants]);
  });

  it('fills the messages when the queue is slow, and has no more of them under way than it may', async () => {
    const slow = Promise.withResolvers<object>();
    let atWork = 0;
    let most = 0;
    const { batches, sqs } = aQueue(async () => {
      most = Math.max(most, (atWork += 1));
      await slow.promise;
      atWork -= 1;
      return {};
    });
    const { record, drain } = sqsGrantRecorder({ sqs, queueUrl: async () => 'q', lingerMs: 0, maxCalls: 2 });
    const recorded: Promise<void>[] = [];
    for (const underWay of [1, 2]) {
      recorded.push(record(aGrant()));
      await vi.waitFor(() => expect(batches).toHaveLength(underWay), { timeout: 10_000 });
    }
    for (let i = 0; i < 124; i += 1) recorded.push(record(aGrant()));
    slow.resolve({});
    await drain();
    await Promise.all(recorded);
    expect(most).toBe(2);
    expect(batches.map((batch) => batch.length)).toEqual([1, 1, 100, 24]);
  });

  it('rejects all of a call that fails, also when the queue cannot be found', async () => {
    const { sqs } = aQueue(() => Promise.reject(new Error('refused')));
    const { record } = sqsGrantRecorder({ sqs, queueUrl: async () => 'q' });
    await expect(record(aGrant())).rejects.toThrow('refused');
    const lost = sqsGrantRecorder({ sqs, queueUrl: () => Promise.reject(new Error('no such queue')) });
    await expect(lost.record(aGrant())).rejects.toThrow('no such queue');
  });

  it('refuses at once when too many wait', async () => {
    const stuck = Promise.withResolvers<object>();
    const { sqs } = aQueue(() => stuck.promise);
    const { record, drain } = sqsGrantRecorder({ sqs, queueUrl: async () => 'q', maxPending: 2 });
    const waiting = [record(aGrant()), record(aGrant())];
    await expect(record(aGrant())).rejects.toThrow('too many');
    stuck.resolve({});
    await drain();
    await Promise.all(waiting);
    await record(aGrant());
  });
});
