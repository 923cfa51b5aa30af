import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { CairnEvent } from '../events/event-envelope.ts';

/** Publishes one event; resolves once the topic has it. Attribute `type` is what subscriptions filter by. */
export type PublishEvent = (event: CairnEvent) => Promise<void>;

export function snsEventPublisher(sns: SNSClient, topicArn: string): PublishEvent {
  return async (event) => {
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Message: JSON.stringify(event),
        MessageAttributes: {
          type: { DataType: 'String', StringValue: event.type },
          event_id: { DataType: 'String', StringValue: event.id },
        },
      }),
    );
  };
}
