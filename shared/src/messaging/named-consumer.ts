import type { Metrics } from '../telemetry/metrics.ts';
import { laterConsumer, type LaterConsumer } from './later-consumer.ts';
import { createQueueMeter } from './queue-meter.ts';
import { resolveQueue, type QueueUrls } from './queue-urls.ts';
import { createSqsConsumer, type SqsConsumerOptions } from './sqs-consumer.ts';

export interface NamedConsumerOptions extends Omit<SqsConsumerOptions, 'queue' | 'meter'> {
  deadLetterName: string;
  metrics: Metrics;
  /** Where somebody else needs the queue's address too; otherwise it is looked up here. */
  find?: () => Promise<QueueUrls>;
}

/** A metered consumer of a queue by its name, begun as soon as the queue can be found. */
export function namedConsumer(options: NamedConsumerOptions): LaterConsumer {
  const { deadLetterName, metrics, find, ...consumer } = options;
  const { name, sqs, logger } = consumer;
  return laterConsumer({
    name,
    logger,
    create: async () => {
      const queue = await (find?.() ?? resolveQueue(sqs, name, deadLetterName));
      const meter = createQueueMeter({ name, deadLetterName, sqs, queue, metrics });
      return createSqsConsumer({ ...consumer, queue, meter });
    },
  });
}
