import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { CascadePause, ScheduleCascadePass } from '../domain/deletion/delete-assets-of-user.ts';

/** The next pass is a delayed message to the service's own queue, sent before the one at hand is deleted. */
export function sqsCascadeSchedule(options: {
  sqs: SQSClient;
  queueUrl: () => Promise<string>;
  /** Longer than an index lags. */
  delaySeconds: number;
}): ScheduleCascadePass {
  // Those who wait for a turn must not come back all together.
  const moment = () => 1 + Math.floor(Math.random() * 8);
  const secondsOf = (pause: CascadePause) =>
    ({ none: 0, moment: moment(), index: options.delaySeconds })[pause];
  return async ({ userId, cleanPasses, assets, settled }, pause) => {
    await options.sqs.send(
      new SendMessageCommand({
        QueueUrl: await options.queueUrl(),
        DelaySeconds: secondsOf(pause),
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
