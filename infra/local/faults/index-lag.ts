import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  paginateScan,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AwsConnection } from '../../aws-clients.ts';
import { startDynaliteInMemory } from '../dynalite.ts';
import type { Call } from './call.ts';
import type { Interceptor } from './proxy.ts';
import { writtenKeys, type Item } from './written-keys.ts';

export interface IndexLagOptions {
  readonly table: string;
  /** Absent: all indexes of the table. */
  readonly index?: string;
  /** How far they are behind; absent: they stay as they are now, until released. */
  readonly ms?: number;
}

export interface IndexLag {
  readonly options: IndexLagOptions;
  readonly interceptor: Required<Pick<Interceptor, 'route' | 'answer'>>;
  /** Takes the indexes as they are now. Writes that come meanwhile are seen when the interceptor is in place. */
  takeSnapshot(): Promise<void>;
  release(): Promise<void>;
}

interface Change {
  readonly at: number;
  readonly key: Item;
  readonly image: Item | undefined;
}

/**
 * Index reads are answered by a second DynamoDB in memory, which gets the table's writes later: new items are
 * not there yet, changed ones have their old attributes, removed ones are still found. It sees the writes that
 * pass the proxy; those that go past it reach no lagging index.
 */
export async function startIndexLag(
  connection: AwsConnection,
  options: IndexLagOptions,
  now: () => number,
): Promise<IndexLag> {
  const shadow = await startDynaliteInMemory();
  const real = client(connection, connection.dynamodbUrl);
  const old = client(connection, shadow.url);
  const TableName = options.table;
  const changes: Change[] = [];
  const keyNames = await copySchema();
  let hasSnapshot = false;
  let recording = Promise.resolve();
  let applying = Promise.resolve();

  async function copySchema(): Promise<string[]> {
    const { Table } = await real.send(new DescribeTableCommand({ TableName }));
    const { KeySchema = [], AttributeDefinitions, GlobalSecondaryIndexes = [] } = Table ?? {};
    await old.send(
      new CreateTableCommand({
        TableName,
        KeySchema,
        AttributeDefinitions,
        BillingMode: 'PAY_PER_REQUEST',
        GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
          IndexName,
          KeySchema,
          Projection,
        })),
      }),
    );
    for (let active = false; !active;) {
      const { Table: made } = await old.send(new DescribeTableCommand({ TableName }));
      active = made?.TableStatus === 'ACTIVE';
    }
    return KeySchema.map((each) => each.AttributeName ?? '');
  }

  async function apply({ key, image }: Change): Promise<void> {
    if (image === undefined) await old.send(new DeleteItemCommand({ TableName, Key: key }));
    else await old.send(new PutItemCommand({ TableName, Item: image }));
  }

  async function applyDue(): Promise<void> {
    if (options.ms === undefined) return;
    const until = now() - options.ms;
    for (let first = changes[0]; first !== undefined && first.at <= until; first = changes[0]) {
      changes.shift();
      await apply(first);
    }
  }

  async function record(key: Item): Promise<void> {
    const { Item: image } = await real.send(
      new GetItemCommand({ TableName, Key: key, ConsistentRead: true }),
    );
    changes.push({ at: now(), key, image });
  }

  const isLagging = ({ operation, table, index }: Call) =>
    (operation === 'Query' || operation === 'Scan') &&
    table === options.table &&
    index !== undefined &&
    index === (options.index ?? index);

  return {
    options,
    async takeSnapshot() {
      for await (const page of paginateScan({ client: real }, { TableName, ConsistentRead: true })) {
        for (const item of page.Items ?? []) await apply({ at: 0, key: {}, image: item });
      }
      hasSnapshot = true;
    },
    interceptor: {
      async route(call) {
        if (!hasSnapshot || !isLagging(call)) return undefined;
        applying = applying.then(applyDue);
        await applying;
        return shadow.url;
      },
      async answer(call, answer) {
        if (answer.status !== 200) return answer;
        for (const key of writtenKeys(call, options.table, keyNames)) {
          // One at a time: a later read must not be recorded as an earlier change.
          recording = recording.then(() => record(key));
        }
        await recording;
        return answer;
      },
    },
    async release() {
      await recording;
      real.destroy();
      old.destroy();
      await shadow.close();
    },
  };
}

function client({ region, credentials }: AwsConnection, endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ region, credentials, endpoint });
}
