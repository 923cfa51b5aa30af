import { CfnDeletionPolicy } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { KeyAttribute, TableResource } from '../resource-types.ts';

interface Keys {
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

/** A table on demand, with its indexes, its TTL, and every state of the last 35 days to go back to. */
export function table(scope: Construct, id: string, resource: TableResource): CfnTable {
  const { name, indexes, ttlAttribute } = resource;
  const made = new CfnTable(scope, id, {
    tableName: name,
    billingMode: 'PAY_PER_REQUEST',
    attributeDefinitions: attributeDefinitions([resource, ...indexes]),
    keySchema: keySchema(resource),
    ...(indexes.length === 0
      ? {}
      : {
          globalSecondaryIndexes: indexes.map((index) => ({
            indexName: index.name,
            keySchema: keySchema(index),
            projection: { projectionType: index.projection === 'all' ? 'ALL' : 'KEYS_ONLY' },
          })),
        }),
    ...(ttlAttribute === undefined
      ? {}
      : { timeToLiveSpecification: { attributeName: ttlAttribute, enabled: true } }),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtectionEnabled: true,
  });
  keep(made);
  return made;
}

/** Whatever becomes of the stack, data stays. */
export function keep(made: Pick<CfnTable, 'cfnOptions'>): void {
  made.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
  made.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
}

function keySchema({ partitionKey, sortKey }: Keys): CfnTable.KeySchemaProperty[] {
  const range = sortKey === undefined ? [] : [{ attributeName: sortKey.name, keyType: 'RANGE' }];
  return [{ attributeName: partitionKey.name, keyType: 'HASH' }, ...range];
}

/** Exactly the attributes that some key uses: DynamoDB refuses any other. */
function attributeDefinitions(all: readonly Keys[]): CfnTable.AttributeDefinitionProperty[] {
  const keys = all.flatMap(({ partitionKey, sortKey }) => [partitionKey, ...(sortKey ? [sortKey] : [])]);
  const types = new Map(keys.map(({ name, type }) => [name, type]));
  return [...types].map(([attributeName, attributeType]) => ({ attributeName, attributeType }));
}
