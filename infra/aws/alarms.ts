import { CfnAlarm, type CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { QueueResource } from '../resource-types.ts';
import { ALARM_TOPIC, PREFIX, topicArn } from './names.ts';

type AlarmProps = Omit<CfnAlarmProps, 'alarmName' | 'alarmActions' | 'okActions' | 'evaluationPeriods'> & {
  readonly evaluationPeriods?: number;
};

/** Every alarm tells the same topic when it begins and when it is over. No data is no alarm, unless said. */
export function alarm(scope: Construct, id: string, name: string, props: AlarmProps): CfnAlarm {
  const target = [topicArn(ALARM_TOPIC)];
  return new CfnAlarm(scope, id, {
    evaluationPeriods: 1,
    treatMissingData: 'notBreaching',
    ...props,
    alarmName: `${PREFIX}-${name}`,
    alarmActions: target,
    okActions: target,
  });
}

/** A dead letter at all, and a queue whose oldest message waits too long. */
export function queueAlarms(scope: Construct, id: string, resource: QueueResource): void {
  const of = (queue: string) => [{ name: 'QueueName', value: queue }];
  alarm(scope, `${id}DeadLettersAlarm`, resource.deadLetterQueue.name, {
    alarmDescription: `Messages that ${resource.consumer} could not handle: see docs/queues.md`,
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensions: of(resource.deadLetterQueue.name),
    statistic: 'Maximum',
    period: 60,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 0,
  });
  alarm(scope, `${id}AgeAlarm`, `${resource.name}-age`, {
    alarmDescription: `${resource.consumer} is behind: ${resource.purpose}`,
    namespace: 'AWS/SQS',
    metricName: 'ApproximateAgeOfOldestMessage',
    dimensions: of(resource.name),
    statistic: 'Maximum',
    period: 60,
    evaluationPeriods: 3,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: resource.alarmAfterSeconds,
  });
}

/** On demand a table throttles when its load more than doubles within half an hour, or on one hot key. */
export function throttlingAlarm(scope: Construct, id: string, table: string): void {
  const throttled = (metricName: string, metricId: string) => ({
    id: metricId,
    returnData: false,
    metricStat: {
      metric: {
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensions: [{ name: 'TableName', value: table }],
      },
      period: 60,
      stat: 'Sum',
    },
  });
  alarm(scope, `${id}ThrottlingAlarm`, `${table}-throttled`, {
    alarmDescription: `DynamoDB refuses requests to ${table}`,
    metrics: [
      throttled('ReadThrottleEvents', 'reads'),
      throttled('WriteThrottleEvents', 'writes'),
      { id: 'both', expression: 'FILL(reads, 0) + FILL(writes, 0)', returnData: true },
    ],
    evaluationPeriods: 3,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 10,
  });
}
