import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { SubscriptionResource, TopicResource } from '../resource-types.ts';
import { queues } from '../resources.ts';
import { queueArn, topicArn } from './names.ts';
import { resourcePolicy } from './resource-policy.ts';

export function topic(scope: Construct, id: string, { name }: Pick<TopicResource, 'name'>): CfnTopic {
  const made = new CfnTopic(scope, id, { topicName: name });
  topicPolicy(scope, `${id}Policy`, made, name);
  return made;
}

/** With a policy of its own a topic has no other: who publishes needs its own right, or a statement here. */
export function topicPolicy(
  scope: Construct,
  id: string,
  of: CfnTopic,
  name: string,
  statements: readonly object[] = [],
): void {
  new CfnTopicPolicy(scope, id, {
    topics: [of.ref],
    policyDocument: resourcePolicy('sns:Publish', topicArn(name), statements),
  });
}

/** A raw subscription of a queue; `eventTypes` filters by the message attribute `type`. */
export function subscription(
  scope: Construct,
  to: CfnTopic,
  { queue, eventTypes, rawDelivery }: SubscriptionResource,
): CfnSubscription {
  return new CfnSubscription(scope, `${queue}Subscription`, {
    topicArn: to.ref,
    protocol: 'sqs',
    endpoint: queueArn(queues[queue].name),
    rawMessageDelivery: rawDelivery,
    ...(eventTypes === undefined ? {} : { filterPolicy: { type: [...eventTypes] } }),
  });
}
