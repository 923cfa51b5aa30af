import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import type { TopicResource } from '../resource-types.ts';
import { sameJson } from './same.ts';

export async function provisionTopic(sns: SNSClient, topic: TopicResource): Promise<string> {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: topic.name }));
  if (TopicArn === undefined) throw new Error(`the topic ${topic.name} has no ARN`);
  return TopicArn;
}

/** A raw subscription of a queue; `eventTypes` filters by the message attribute `type`. */
export async function provisionSubscription(
  sns: SNSClient,
  wanted: { topicArn: string; queueArn: string; eventTypes: readonly string[] | undefined },
): Promise<void> {
  const attributes: Record<string, string> = {
    RawMessageDelivery: 'true',
    // An empty policy lets everything through, and is how a filter is taken away again.
    FilterPolicy: JSON.stringify(wanted.eventTypes === undefined ? {} : { type: wanted.eventTypes }),
  };
  const existing = await find(sns, wanted.topicArn, wanted.queueArn);
  if (existing === undefined) {
    await sns.send(
      new SubscribeCommand({
        TopicArn: wanted.topicArn,
        Protocol: 'sqs',
        Endpoint: wanted.queueArn,
        Attributes: attributes,
      }),
    );
    return;
  }
  const { Attributes: current = {} } = await sns.send(
    new GetSubscriptionAttributesCommand({ SubscriptionArn: existing }),
  );
  for (const [AttributeName, AttributeValue] of Object.entries(attributes)) {
    const now = current[AttributeName] ?? (AttributeName === 'FilterPolicy' ? '{}' : undefined);
    if (sameJson(now, AttributeValue)) continue;
    await sns.send(
      new SetSubscriptionAttributesCommand({ SubscriptionArn: existing, AttributeName, AttributeValue }),
    );
  }
}

async function find(sns: SNSClient, topicArn: string, endpoint: string): Promise<string | undefined> {
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn })) {
    const found = page.Subscriptions?.find((each) => each.Endpoint === endpoint);
    if (found?.SubscriptionArn !== undefined) return found.SubscriptionArn;
  }
  return undefined;
}
