import { Aws, CfnCondition, CfnParameter, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnSubscription, CfnTopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { BucketResource, QueueResource, TableResource } from '../resource-types.ts';
import { buckets, queues, subscriptions, tables, topics, type QueueName } from '../resources.ts';
import { queueAlarms, throttlingAlarm } from './alarms.ts';
import { bucket, bucketPolicy } from './buckets.ts';
import { ALARM_TOPIC, SIGNING_KEYS_SECRET, topicArn } from './names.ts';
import { queue, type MadeQueue } from './queues.ts';
import { keep, table } from './tables.ts';
import { subscription, topic, topicPolicy } from './topics.ts';

/** Everything in resources.ts, and what watches over it. Nothing in here is made anew by an update. */
export class DataStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.alarmTopic();

    for (const [key, resource] of Object.entries<TableResource>(tables)) {
      table(this, `${pascal(key)}Table`, resource);
      throttlingAlarm(this, `${pascal(key)}Table`, resource.name);
    }

    const made = new Map<QueueName, MadeQueue>();
    for (const [key, resource] of Object.entries<QueueResource>(queues)) {
      const name = key as QueueName;
      made.set(name, queue(this, `${pascal(key)}Queue`, name, resource));
      queueAlarms(this, `${pascal(key)}Queue`, resource);
    }

    const assetEvents = topic(this, 'AssetEventsTopic', topics.assetEvents);
    for (const each of subscriptions) {
      subscription(this, assetEvents, each).addResourceDependency(policyOf(made, each.queue));
    }

    for (const [key, resource] of Object.entries<BucketResource>(buckets)) {
      const each = bucket(this, `${pascal(key)}Bucket`, resource);
      for (const { queue } of resource.notifications) each.addResourceDependency(policyOf(made, queue));
      // That of `media` names its CloudFront distribution, so it is made with it.
      if (!resource.publicRead)
        bucketPolicy(this, `${pascal(key)}BucketPolicy`, resource).addResourceDependency(each);
    }

    // Without a value: auth makes its first keys itself, so no template and nobody's shell ever sees them.
    keep(
      new CfnSecret(this, 'SigningKeys', {
        name: SIGNING_KEYS_SECRET,
        description: 'Private keys that access tokens are signed with; written by auth alone',
      }),
    );
  }

  private alarmTopic(): void {
    const address = new CfnParameter(this, 'AlarmAddress', {
      type: 'String',
      default: '',
      description: 'Mail address that alarms go to, besides the topic; nobody when empty',
    });
    const made = new CfnTopic(this, 'AlarmTopic', { topicName: ALARM_TOPIC });
    topicPolicy(this, 'AlarmTopicPolicy', made, ALARM_TOPIC, [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: topicArn(ALARM_TOPIC),
        Condition: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      },
    ]);
    const mail = new CfnSubscription(this, 'AlarmMail', {
      topicArn: made.ref,
      protocol: 'email',
      endpoint: address.valueAsString,
    });
    mail.cfnOptions.condition = new CfnCondition(this, 'HasAlarmAddress', {
      expression: Fn.conditionNot(Fn.conditionEquals(address.valueAsString, '')),
    });
  }
}

function policyOf(made: ReadonlyMap<QueueName, MadeQueue>, name: QueueName): MadeQueue['policy'] {
  const found = made.get(name);
  if (found === undefined) throw new Error(`the queue ${name} is not made yet`);
  return found.policy;
}

/** CloudFormation's ids have letters and digits only. */
const pascal = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);
