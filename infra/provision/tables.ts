import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type AttributeDefinition,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { IndexResource, KeyAttribute, TableResource } from '../resource-types.ts';
import { same } from './same.ts';

const ACTIVE_WITHIN_MS = 120_000;

/** The table with its keys, indexes and TTL; a table that has other keys is an error, never changed. */
export async function provisionTable(dynamodb: DynamoDBClient, table: TableResource): Promise<void> {
  let existing = await describe(dynamodb, table.name);
  if (existing === undefined) {
    await create(dynamodb, table);
    existing = await untilActive(dynamodb, table);
  } else if (!isActive(existing)) {
    existing = await untilActive(dynamodb, table);
  }
  checkKeys(table.name, existing.KeySchema, table);
  for (const index of table.indexes) {
    const found = existing.GlobalSecondaryIndexes?.find((each) => each.IndexName === index.name);
    if (found === undefined) existing = await addIndex(dynamodb, table, index);
    else checkKeys(`${table.name}.${index.name}`, found.KeySchema, index);
  }
  if (table.ttlAttribute !== undefined) await enableTtl(dynamodb, table.name, table.ttlAttribute);
}

async function describe(dynamodb: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    return Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function create(dynamodb: DynamoDBClient, table: TableResource): Promise<void> {
  try {
    await dynamodb.send(
      new CreateTableCommand({
        TableName: table.name,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: keySchema(table),
        AttributeDefinitions: attributeDefinitions([table, ...table.indexes]),
        ...(table.indexes.length === 0
          ? {}
          : { GlobalSecondaryIndexes: table.indexes.map(indexDescription) }),
      }),
    );
  } catch (error) {
    // Somebody else makes it at the same moment, or the answer to our own first try was lost.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

/** AWS makes one new index at a time; an emulator that cannot add any is told apart by looking again. */
async function addIndex(
  dynamodb: DynamoDBClient,
  table: TableResource,
  index: IndexResource,
): Promise<TableDescription> {
  await dynamodb.send(
    new UpdateTableCommand({
      TableName: table.name,
      AttributeDefinitions: attributeDefinitions([table, ...table.indexes]),
      GlobalSecondaryIndexUpdates: [{ Create: indexDescription(index) }],
    }),
  );
  const updated = await untilActive(dynamodb, table);
  if (updated.GlobalSecondaryIndexes?.some((each) => each.IndexName === index.name)) return updated;
  throw new Error(
    `the table ${table.name} was made before its index ${index.name} was thought of, and this DynamoDB ` +
      'cannot add one: start with an empty data folder',
  );
}

async function untilActive(dynamodb: DynamoDBClient, table: TableResource): Promise<TableDescription> {
  const deadline = Date.now() + ACTIVE_WITHIN_MS;
  for (let pauseMs = 5; Date.now() < deadline; pauseMs = Math.min(1_000, pauseMs * 2)) {
    const description = await describe(dynamodb, table.name);
    if (description !== undefined && isActive(description)) return description;
    await delay(pauseMs);
  }
  throw new Error(`the table ${table.name} did not become active within ${ACTIVE_WITHIN_MS / 1_000} s`);
}

function isActive(description: TableDescription): boolean {
  const indexes = description.GlobalSecondaryIndexes ?? [];
  return description.TableStatus === 'ACTIVE' && indexes.every((each) => each.IndexStatus === 'ACTIVE');
}

async function enableTtl(dynamodb: DynamoDBClient, name: string, attribute: string): Promise<void> {
  try {
    const { TimeToLiveDescription: current } = await dynamodb.send(
      new DescribeTimeToLiveCommand({ TableName: name }),
    );
    if (current?.TimeToLiveStatus === 'ENABLED' || current?.TimeToLiveStatus === 'ENABLING') return;
    await dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { AttributeName: attribute, Enabled: true },
      }),
    );
  } catch (error) {
    // dynalite has no TTL. Nothing relies on it: readers treat an expired item as gone, TTL only tidies up.
    if (error instanceof Error && error.name === 'UnknownOperationException') return;
    throw error;
  }
}

interface Keys {
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

function keySchema({ partitionKey, sortKey }: Keys): KeySchemaElement[] {
  const range = sortKey === undefined ? [] : [{ AttributeName: sortKey.name, KeyType: 'RANGE' as const }];
  return [{ AttributeName: partitionKey.name, KeyType: 'HASH' }, ...range];
}

function checkKeys(name: string, actual: KeySchemaElement[] | undefined, wanted: Keys): void {
  if (same(actual, keySchema(wanted))) return;
  throw new Error(`${name} exists with other keys than resources.ts gives it; keys cannot be changed`);
}

function attributeDefinitions(all: readonly Keys[]): AttributeDefinition[] {
  const keys = all.flatMap(({ partitionKey, sortKey }) => [partitionKey, ...(sortKey ? [sortKey] : [])]);
  const types = new Map(keys.map(({ name, type }) => [name, type]));
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}

function indexDescription(index: IndexResource): GlobalSecondaryIndex {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index),
    Projection: { ProjectionType: index.projection === 'all' ? 'ALL' : 'KEYS_ONLY' },
  };
}
