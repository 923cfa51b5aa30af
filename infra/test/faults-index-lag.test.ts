import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { loseAnswer } from '../local/faults/rules.ts';
import { startTestStack, type FaultyTestStack } from '../local/testing.ts';

let stack: FaultyTestStack;
let dynamodb: DynamoDBClient;
let time = 1_000_000;
let users = 0;
let user: string;

beforeAll(async () => {
  stack = await startTestStack({ faults: { now: () => time } });
  dynamodb = new DynamoDBClient({});
});

beforeEach(() => {
  users += 1;
  user = `user-${users}`;
});

afterEach(() => stack.faults.clear());

afterAll(async () => {
  dynamodb.destroy();
  await stack.close();
});

const item = (asin: string, owner = user) => ({
  asin: { S: asin },
  user_id: { S: owner },
  date_posted: { S: `2026-11-0${asin.length}` },
});

const put = (asin: string, owner?: string) =>
  dynamodb.send(new PutItemCommand({ TableName: 'celtic_assets', Item: item(asin, owner) }));

async function owned(owner = user, options: { limit?: number } = {}): Promise<(string | undefined)[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: 'celtic_assets',
      IndexName: 'by_owner',
      KeyConditionExpression: 'user_id = :user',
      ExpressionAttributeValues: { ':user': { S: owner } },
      Limit: options.limit,
    }),
  );
  return Items.map((each) => each.asin?.S);
}

async function exists(asin: string): Promise<boolean> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: 'celtic_assets', Key: { asin: { S: asin } } }),
  );
  return Item !== undefined;
}

it('hides new items, keeps changed ones as they were and removed ones where they were', async () => {
  await put(`${user}-a`);
  await put(`${user}-bb`);
  const lag = await stack.faults.dynamodb.lagIndex({ table: 'celtic_assets', index: 'by_owner' });

  await put(`${user}-ccc`);
  await dynamodb.send(
    new DeleteItemCommand({ TableName: 'celtic_assets', Key: { asin: { S: `${user}-a` } } }),
  );
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: 'celtic_assets',
      Key: { asin: { S: `${user}-bb` } },
      UpdateExpression: 'SET user_id = :other',
      ExpressionAttributeValues: { ':other': { S: 'somebody' } },
    }),
  );
  expect(await owned()).toEqual([`${user}-a`, `${user}-bb`]);
  expect(await owned('somebody')).toEqual([]);
  expect(await owned(user, { limit: 1 })).toEqual([`${user}-a`]);
  expect(await exists(`${user}-a`)).toBe(false);
  expect(await exists(`${user}-ccc`)).toBe(true);

  await lag.release();
  expect(await owned()).toEqual([`${user}-ccc`]);
  expect(await owned('somebody')).toEqual([`${user}-bb`]);
});

it('is behind by so many milliseconds', async () => {
  await stack.faults.dynamodb.lagIndex({ table: 'celtic_assets', ms: 500 });
  await put(`${user}-a`);
  time += 300;
  await dynamodb.send(
    new BatchWriteItemCommand({
      RequestItems: { celtic_assets: [{ PutRequest: { Item: item(`${user}-bb`) } }] },
    }),
  );
  expect(await owned()).toEqual([]);
  time += 200;
  expect(await owned()).toEqual([`${user}-a`]);
  time += 300;
  expect(await owned()).toEqual([`${user}-a`, `${user}-bb`]);
});

it('leaves other indexes of the table alone when one is named', async () => {
  await stack.faults.dynamodb.lagIndex({ table: 'celtic_assets', index: 'due' });
  await put(`${user}-a`);
  expect(await owned()).toEqual([`${user}-a`]);
});

it('also sees the write whose answer was lost', async () => {
  await stack.faults.dynamodb.lagIndex({ table: 'celtic_assets', ms: 100 });
  stack.faults.dynamodb.add(loseAnswer({ operation: 'PutItem', times: 1 }));
  await put(`${user}-a`);
  expect(await owned()).toEqual([]);
  time += 100;
  expect(await owned()).toEqual([`${user}-a`]);
});
