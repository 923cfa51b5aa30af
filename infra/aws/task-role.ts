import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { access } from '../access.ts';
import { buckets, queues, tables, topics } from '../resources.ts';
import type { ServiceName } from '../resource-types.ts';
import type { ServiceAccess } from '../access-types.ts';
import { FOR_TASKS } from './execution-role.ts';
import { bucketArn, indexArn, queueArn, signingKeysArn, tableArn, topicArn } from './names.ts';

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

/** What a service may do, made of infra/access.ts; a service without a row there gets a role without rights. */
export function taskRole(scope: Construct, service: ServiceName): CfnRole {
  const statements = statementsFor(access[service]);
  return new CfnRole(scope, `${service}TaskRole`, {
    assumeRolePolicyDocument: FOR_TASKS,
    description: `What ${service} may do`,
    policies:
      statements.length === 0
        ? []
        : [{ policyName: 'work', policyDocument: { Version: '2012-10-17', Statement: statements } }],
  });
}

function statementsFor(row: ServiceAccess): Statement[] {
  const { tables: items = {}, indexes = {}, userStatus, queues: messages = {}, deadLetters = {} } = row;
  const allow = (prefix: string, actions: readonly string[], resource: string, condition?: object) => ({
    Effect: 'Allow' as const,
    Action: actions.map((action) => `${prefix}:${action}`),
    Resource: resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  });
  const each = <Key extends string, Value>(record: Partial<Record<Key, Value>>) =>
    Object.entries(record) as [Key, Value][];
  return [
    ...each(items).map(([key, actions]) => allow('dynamodb', actions, tableArn(tables[key].name))),
    ...each(indexes).flatMap(([key, names]) =>
      names.map((index) => allow('dynamodb', ['Query'], indexArn(tables[key].name, index))),
    ),
    ...(userStatus === true
      ? [
          // One attribute of a user, besides the key, and never an item as a whole.
          allow('dynamodb', ['GetItem'], tableArn(tables.users.name), {
            'ForAllValues:StringEquals': {
              'dynamodb:Attributes': [tables.users.partitionKey.name, 'status'],
            },
            StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
          }),
        ]
      : []),
    ...each(messages).map(([key, actions]) => allow('sqs', actions, queueArn(queues[key].name))),
    ...each(deadLetters).map(([key, actions]) =>
      allow('sqs', actions, queueArn(queues[key].deadLetterQueue.name)),
    ),
    ...(row.topics ?? []).map((key) => allow('sns', ['Publish'], topicArn(topics[key].name))),
    ...each(row.objects ?? {}).map(([key, actions]) => allow('s3', actions, `${bucketArn(buckets[key])}/*`)),
    ...each(row.buckets ?? {}).map(([key, actions]) => allow('s3', actions, bucketArn(buckets[key]))),
    ...(row.signingKeys === undefined ? [] : [allow('secretsmanager', row.signingKeys, signingKeysArn)]),
  ];
}
