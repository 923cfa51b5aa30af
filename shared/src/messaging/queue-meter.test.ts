import type { GetQueueAttributesCommand, Message } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../telemetry/metrics.ts';
import { createQueueMeter } from './queue-meter.ts';

/** A queue and its dead letters that say how much is in them; `depth` undefined: they do not answer. */
function aMeteredQueue() {
  const depth: { main: number | undefined; dead: number } = { main: 0, dead: 0 };
  let clock = 1_000_000;
  let asked = 0;
  const metrics = createMetrics();
  const meter = createQueueMeter({
    name: 'arrivals',
    deadLetterName: 'arrivals-dlq',
    queue: { url: 'main', deadLetterUrl: 'dead' },
    metrics,
    now: () => clock,
    sqs: {
      send: (async ({ input }: GetQueueAttributesCommand) => {
        asked += 1;
        const messages = input.QueueUrl === 'main' ? depth.main : depth.dead;
        if (messages === undefined) throw new Error('away');
        return { Attributes: { ApproximateNumberOfMessages: String(messages) } };
      }) as never,
    },
  });
  const message = (ageMs: number, receiveCount = 1): Message => ({
    MessageId: 'a message',
    Attributes: {
      SentTimestamp: String(clock - ageMs),
      ApproximateReceiveCount: String(receiveCount),
    },
  });
  return {
    depth,
    meter,
    message,
    pass: (ms: number) => (clock += ms),
    asked: () => asked,
    async value(series: string) {
      const line = (await metrics.text()).split('\n').find((each) => each.startsWith(`${series} `));
      return line === undefined ? undefined : Number(line.split(' ').at(-1));
    },
  };
}

const AGE = 'cairn_queue_oldest_message_age_seconds';
const VISIBLE = 'cairn_queue_messages{queue="arrivals",state="visible"}';

describe('the meter of a queue', () => {
  it('tells how much is in it and in its dead letters, and asks them once for many who ask', async () => {
    const queue = aMeteredQueue();
    queue.depth.main = 7;
    queue.depth.dead = 2;
    expect(await queue.value(VISIBLE)).toBe(7);
    queue.depth.main = 8;
    expect(await queue.value(VISIBLE)).toBe(7);
    expect(await queue.value('cairn_queue_messages{queue="arrivals-dlq",state="visible"}')).toBe(2);
    expect(queue.asked()).toBe(2);
    queue.pass(5_000);
    expect(await queue.value(VISIBLE)).toBe(8);
  });

  it('tells nothing rather than what was, while the queue is away', async () => {
    const queue = aMeteredQueue();
    queue.depth.main = 7;
    await queue.value(VISIBLE);
    queue.depth.main = undefined;
    queue.pass(5_000);
    expect(await queue.value(VISIBLE)).toBeUndefined();
    expect(await queue.value(`${AGE}{queue="arrivals"}`)).toBeUndefined();
    expect(await queue.value(`${AGE}{queue="arrivals-dlq"}`)).toBe(0);
  });

  it('tells the age of the oldest message that is being handled', async () => {
    const queue = aMeteredQueue();
    const young = queue.meter.received(queue.message(1_000));
    const old = queue.meter.received(queue.message(60_000));
    expect(await queue.value(`${AGE}{queue="arrivals"}`)).toBe(60);
    old('acknowledged');
    expect(await queue.value(`${AGE}{queue="arrivals"}`)).toBe(1);
    young('acknowledged');
    expect(await queue.value(`${AGE}{queue="arrivals"}`)).toBe(0);
  });

  it('tells for how long messages have waited of which none comes, and of dead letters how long they are there', async () => {
    const queue = aMeteredQueue();
    queue.depth.main = 3;
    queue.depth.dead = 1;
    await queue.value(VISIBLE);
    await queue.value(`${AGE}{queue="arrivals"}`);
    queue.pass(90_000);
    expect(await queue.value(`${AGE}{queue="arrivals"}`)).toBe(90);
    expect(await queue.value(`${AGE}{queue="arrivals-dlq"}`)).toBe(90);
    queue.meter.received(queue.message(0))('acknowledged');
    expect(await queue.value(`${AGE}{queue="arrivals"}`)).toBe(0);
    queue.depth.dead = 0;
    queue.pass(5_000);
    expect(await queue.value(`${AGE}{queue="arrivals-dlq"}`)).toBe(0);
  });

  it.each(['acknowledged', 'retried', 'buried', 'lost'] as const)(
    'measures how long one took that was %s, and the wait of its first receipt alone',
    async (outcome) => {
      const queue = aMeteredQueue();
      for (const receiveCount of [1, 2]) {
        const handled = queue.meter.received(queue.message(4_000, receiveCount));
        queue.pass(300);
        handled(outcome);
      }
      const handling = `cairn_message_handling_seconds_sum{queue="arrivals",outcome="${outcome}"}`;
      expect(await queue.value(handling)).toBeCloseTo(0.6);
      expect(await queue.value('cairn_message_wait_seconds_count{queue="arrivals"}')).toBe(1);
      expect(await queue.value('cairn_message_wait_seconds_sum{queue="arrivals"}')).toBe(4);
    },
  );
});
