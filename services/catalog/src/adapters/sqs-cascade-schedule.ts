import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ScheduleCascadePass } from '../domain/deletion/delete-assets-of-user.ts';

/** The next pass is a delayed message to the service's own queue, sent before the one at hand is deleted. */
export function sqsCascadeSchedule(options: {
  sqs: SQSClient;
  queueUrl: () => Promise<string>;
  delaySeconds: number;
}): ScheduleCascadePass {
  return async ({ userId, cleanPasses, assets, settled }) => {
    await options.sqs.send(
      new SendMessageCommand({
        QueueUrl: await options.queueUrl(),
        DelaySeconds: options.delaySeconds,
        MessageBody: JSON.stringify({
          type: 'user.cascade_pass',
          user_id: userId,
          clean_passes: cleanPasses,
          assets,
          settled,
        }),
      }),
    );
  };
}
