import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { createSqsClient } from '@cairn/shared/aws/clients';
import { silentLogger } from '@cairn/shared/logging/logger';
import { resolveQueue } from '@cairn/shared/messaging/queue-urls';
import { createSqsConsumer, type MessageHandler } from '@cairn/shared/messaging/sqs-consumer';
import { queues } from '@cairn/infra/resources';

/**
 * Stops a consumer in the middle of one message and waits for it. `handlerOf` gets what its handler calls when it has
 * begun, and what it may then wait for.
 */
export async function stopInTheMiddle(
  body: unknown,
  handlerOf: (hold: () => Promise<void>) => MessageHandler,
): Promise<void> {
  const sqs = createSqsClient();
  // Another queue than those that the running service takes from.
  const { name, deadLetterQueue } = queues.downloads;
  const queue = await resolveQueue(sqs, name, deadLetterQueue.name);
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const consumer = createSqsConsumer({
    name,
    sqs,
    queue,
    visibilitySeconds: 30,
    concurrency: 1,
    waitSeconds: 1,
    logger: silentLogger(),
    handle: handlerOf(() => {
      begun.resolve();
      return go.promise;
    }),
  });
  consumer.start();
  await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: JSON.stringify(body) }));
  await begun.promise;
  const stopped = consumer.stop(5_000);
  go.resolve();
  await stopped;
}
