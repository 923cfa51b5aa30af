import { createSqsClient } from '../../src/aws/clients.ts';
import { silentLogger } from '../../src/logging/logger.ts';
import { createSqsConsumer } from '../../src/messaging/sqs-consumer.ts';

/** A worker that writes, over and over, for every message it gets; it asks its signal before each write. */
const [url = '', deadLetterUrl = ''] = process.argv.slice(2);
const say = (line: string) => process.send?.(line);

createSqsConsumer({
  name: 'test-queue',
  sqs: createSqsClient(),
  queue: { url, deadLetterUrl },
  visibilitySeconds: 2,
  concurrency: 1,
  waitSeconds: 1,
  logger: silentLogger(),
  async handle(_, signal) {
    for (;;) {
      if (signal.aborted) break;
      say('wrote');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    say('aborted');
    signal.throwIfAborted();
  },
}).start();
