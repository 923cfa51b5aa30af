import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import db from 'dynalite/db/index.js';
import { expect, it } from 'vitest';
import { createAwsClients } from '../aws-clients.ts';
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
