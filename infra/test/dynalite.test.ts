import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import db from 'dynalite/db/index.js';
import { expect, it, vi } from 'vitest';
import { createAwsClients } from '../aws-clients.ts';
import { startDynaliteInMemory } from '../local/dynalite.ts';
import { startLocalStack } from '../local/stack.ts';

it('brings a table to life whose making was cut short by a kill', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cairn-dynalite-'));
  const first = await startLocalStack({ dataDir });
  await first.close();

  const store = db.create({ path: join(dataDir, 'dynamodb') });
  await store.db.open();
  const table = await promisify(store.tableDb.get)('users');
  if (table === undefined) throw new Error('the table is not where dynalite keeps it');
  table.TableStatus = 'CREATING';
  await promisify(store.tableDb.put)('users', table);
  await store.db.close();

  const second = await startLocalStack({ dataDir });
  const clients = createAwsClients(second.connection);
  const Item = { asin: { S: 'a' } };
  await clients.dynamodb.send(new PutItemCommand({ TableName: 'users', Item }));
  expect(await clients.dynamodb.send(new GetItemCommand({ TableName: 'users', Key: Item }))).toMatchObject({
    Item,
  });
  clients.destroy();
  await second.close();
  await rm(dataDir, { recursive: true, force: true });
});

it('keeps a second stack out of a folder that is in use', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cairn-dynalite-'));
  const first = await startLocalStack({ dataDir });
  await expect(startLocalStack({ dataDir })).rejects.toMatchObject({ code: 'LEVEL_DATABASE_NOT_OPEN' });
  await first.close();
  await rm(dataDir, { recursive: true, force: true });
});

it('leaves no iterator open after a query', async () => {
  const fromDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const { AbstractValueIterator } = fromDynalite('abstract-level') as {
    AbstractValueIterator: { prototype: { close(): Promise<void>; next(): Promise<unknown> } };
  };
  const closed = vi.spyOn(AbstractValueIterator.prototype, 'close');
  const dataDir = await mkdtemp(join(tmpdir(), 'cairn-dynalite-'));
  const stack = await startLocalStack({ dataDir });
  const clients = createAwsClients(stack.connection);
  const key = (n: number) => ({ user_id: { S: 'u' }, session_id: { S: String(n) } });
  for (const n of [1, 2, 3]) {
    await clients.dynamodb.send(new PutItemCommand({ TableName: 'sessions', Item: key(n) }));
  }
  closed.mockClear();
  for (let i = 0; i < 20; i += 1) {
    await clients.dynamodb.send(
      new QueryCommand({
        TableName: 'sessions',
        KeyConditionExpression: 'user_id = :u',
        ExpressionAttributeValues: { ':u': { S: 'u' } },
        Limit: 1,
      }),
    );
  }
  await vi.waitFor(() => expect(closed.mock.calls.length).toBeGreaterThanOrEqual(20), { timeout: 40_000 });
  closed.mockRestore();
  clients.destroy();
  await stack.close();
  await rm(dataDir, { recursive: true, force: true });
});

it('ends what it works on before it closes, also where the client is gone', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cairn-dynalite-'));
  const first = await startLocalStack({ dataDir });
  const clients = createAwsClients(first.connection);
  const Key = { user_id: { S: 'u' }, session_id: { S: 's' } };
  const write = (n: number) =>
    clients.dynamodb.send(
      new UpdateItemCommand({
        TableName: 'sessions',
        Key,
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: String(n) } },
      }),
    );
  await write(0);
  const writes = Array.from({ length: 50 }, (_, n) => write(n));
  await Promise.any(writes);
  // What it would still write to a closed database is thrown where nobody catches it, which fails the whole run.
  clients.destroy();
  await first.close();
  await Promise.allSettled(writes);

  const second = await startLocalStack({ dataDir });
  await second.close();
  await rm(dataDir, { recursive: true, force: true });
});

it('remembers what a table is like until it is made anew', async () => {
  const emulator = await startDynaliteInMemory();
  const dynamodb = new DynamoDBClient({
    endpoint: emulator.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const TableName = 'things';
  const make = (AttributeName: string) =>
    dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
        KeySchema: [{ AttributeName, KeyType: 'HASH' }],
      }),
    );
  const put = (name: string) =>
    dynamodb.send(new PutItemCommand({ TableName, Item: { [name]: { S: 'a' } } }));
  const get = (name: string) => dynamodb.send(new GetItemCommand({ TableName, Key: { [name]: { S: 'a' } } }));

  await make('id');
  await vi.waitFor(() => put('id'));
  expect((await get('id')).Item).toBeDefined();
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  await vi.waitFor(() => expect(get('id')).rejects.toMatchObject({ name: 'ResourceNotFoundException' }));
  await vi.waitFor(() => make('name'));
  await vi.waitFor(() => put('name'));
  expect((await get('name')).Item).toBeDefined();
  await expect(put('id')).rejects.toMatchObject({ name: 'ValidationException' });
  dynamodb.destroy();
  await emulator.close();
});
