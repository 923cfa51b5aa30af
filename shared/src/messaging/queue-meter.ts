import { GetQueueAttributesCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import type { Metrics, Sample } from '../telemetry/metrics.ts';
import type { QueueUrls } from './queue-urls.ts';

/** What became of one receipt of a message; `lost`: it is somebody else's, or comes back by itself. */
export type Outcome = 'acknowledged' | 'retried' | 'buried' | 'lost';

export interface QueueMeter {
  /** Call it for each receipt; call what it returns with what became of it. */
  received(message: Message): (outcome: Outcome) => void;
}

export interface QueueMeterOptions {
  name: string;
  deadLetterName: string;
  sqs: Pick<SQSClient, 'send'>;
  queue: QueueUrls;
  metrics: Metrics;
  now?: () => number;
}

const STATES = {
  visible: 'ApproximateNumberOfMessages',
  in_flight: 'ApproximateNumberOfMessagesNotVisible',
  delayed: 'ApproximateNumberOfMessagesDelayed',
} as const;
type Depths = Readonly<Record<keyof typeof STATES, number>>;

/**
 * Depths are the queue's own, read at most once every few seconds however often somebody asks. It does not tell ages:
 * they are those of messages seen here, or since when messages wait of which none was seen.
 */
export function createQueueMeter(options: QueueMeterOptions): QueueMeter {
  const { name, deadLetterName, sqs, queue, metrics, now = Date.now } = options;
  const handling = metrics.histogram('cairn_message_handling_seconds');
  const wait = metrics.histogram('cairn_message_wait_seconds').labels(name);
  const sentAt = new Map<symbol, number>();
  const waiting = unseenSince(now);
  const dead = unseenSince(now);

  const read = remembered(() => depthsOf(sqs, queue.url), now);
  const readDead = remembered(() => depthsOf(sqs, queue.deadLetterUrl), now);

  metrics.sampled('cairn_queue_messages', async () => depthSamples(name, await read()));
  metrics.sampled('cairn_queue_messages', async () => depthSamples(deadLetterName, await readDead()));
  metrics.sampled('cairn_queue_oldest_message_age_seconds', async () => {
    const { visible } = await read();
    const oldestHere = Math.min(now(), ...sentAt.values());
    return [age(name, Math.max(now() - oldestHere, waiting.ageMs(visible > 0)))];
  });
  metrics.sampled('cairn_queue_oldest_message_age_seconds', async () => {
    const { visible, in_flight, delayed } = await readDead();
    return [age(deadLetterName, dead.ageMs(visible + in_flight + delayed > 0))];
  });

  return {
    received(message) {
      const startedAt = now();
      const sent = Number(message.Attributes?.SentTimestamp ?? startedAt);
      const key = Symbol(message.MessageId);
      sentAt.set(key, sent);
      waiting.seen();
      if (Number(message.Attributes?.ApproximateReceiveCount ?? 1) <= 1) {
        wait.observe(Math.max(0, startedAt - sent) / 1_000);
      }
      return (outcome) => {
        sentAt.delete(key);
        handling.observe({ queue: name, outcome }, (now() - startedAt) / 1_000);
      };
    },
  };
}

/** For how long there has been something without any of it being seen. */
function unseenSince(now: () => number) {
  let since: number | undefined;
  return {
    seen: () => (since = undefined),
    ageMs(isThere: boolean): number {
      since = isThere ? (since ?? now()) : undefined;
      return since === undefined ? 0 : now() - since;
    },
  };
}

const REMEMBERED_MS = 5_000;

function remembered(read: () => Promise<Depths>, now: () => number): () => Promise<Depths> {
  let asked: { at: number; depths: Promise<Depths> } | undefined;
  return () => {
    if (asked === undefined || now() - asked.at >= REMEMBERED_MS) {
      const depths = read();
      // Not remembered: the next one who asks asks the queue.
      depths.catch(() => (asked = undefined));
      asked = { at: now(), depths };
    }
    return asked.depths;
  };
}

async function depthsOf(sqs: Pick<SQSClient, 'send'>, QueueUrl: string): Promise<Depths> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: Object.values(STATES) }),
  );
  const count = (state: keyof typeof STATES) => Number(Attributes[STATES[state]] ?? 0);
  return { visible: count('visible'), in_flight: count('in_flight'), delayed: count('delayed') };
}

const age = (queue: string, ms: number) => ({ labels: { queue }, value: ms / 1_000 });

const depthSamples = (queue: string, depths: Depths): Sample<'cairn_queue_messages'>[] =>
  Object.entries(depths).map(([state, value]) => ({ labels: { queue, state }, value }));
