import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { createAwsClients, type AwsClients } from '@cairn/infra/aws-clients';
import { buckets, tables } from '@cairn/infra/resources';
import { createApiClient, type ApiClient } from '@cairn/tools/client/api-client';
import { startProduct, type Product } from '@cairn/tools/product/start-product';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { anUpload, aRegisteredUser, sendAll, untilState, type RegisteredUser } from './builders.ts';
import { TEST_ENVIRONMENT } from './test-environment.ts';

/** A product of our own, whose waits before it is sure that nothing comes late are short. */
const ENVIRONMENT = { ...TEST_ENVIRONMENT, PURGE_SETTLE_MS: '500', CASCADE_DELAY_SECONDS: '1' };
const soon = { timeout: 40_000, interval: 200 };

let product: Product;
let api: ApiClient;
let aws: AwsClients;
let document: DynamoDBDocumentClient;

beforeAll(async () => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'cairn-deleted-'));
  product = await startProduct({ dataFolder, env: ENVIRONMENT });
  api = createApiClient(product.url);
  const credentials = JSON.parse(await readFile(path.join(dataFolder, 'credentials.json'), 'utf8')) as {
    accessKeyId: string;
    secretAccessKey: string;
  };
  const { s3, dynamodb, sqs, sns } = product.aws;
  aws = createAwsClients({
    region: 'us-east-1',
    credentials,
    s3Url: s3,
    dynamodbUrl: dynamodb,
    sqsUrl: sqs,
    snsUrl: sns,
  });
  document = DynamoDBDocumentClient.from(aws.dynamodb);
});

afterAll(async () => {
  aws.destroy();
  await product.stop();
  await rm(product.dataFolder, { recursive: true, force: true });
});

const deleteAccount = (user: RegisteredUser) =>
  api.call({
    method: 'DELETE',
    path: '/v1/users/me',
    token: user.token,
    json: { password: user.password },
  });

/** What is stored of an asset, wherever it may be. */
async function leftOf(asin: string) {
  const lists = [buckets.assets.name, buckets.media.name].map((Bucket) =>
    aws.s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${asin}/` })),
  );
  const { Items = [] } = await document.send(
    new QueryCommand({
      TableName: tables.releases.name,
      KeyConditionExpression: 'asin = :asin',
      ExpressionAttributeValues: { ':asin': asin },
      ConsistentRead: true,
    }),
  );
  const { Item } = await document.send(
    new GetCommand({ TableName: tables.assets.name, Key: { asin }, ConsistentRead: true }),
  );
  const objects = (await Promise.all(lists)).reduce((sum, { KeyCount = 0 }) => sum + KeyCount, 0);
  return { objects, releases: Items.length, isPublished: Item?.status === 'published', due: Item?.due_at };
}

const NOTHING = { objects: 0, releases: 0, isPublished: false, due: undefined };

/** How far the upload is when its user goes. */
type Moment = 'declared' | 'being sent' | 'sent' | 'published';

it.concurrent.each<Moment>(['declared', 'being sent', 'sent', 'published'])(
  'I6: a user who is deleted while an upload is %s leaves nothing',
  async (moment) => {
    const user = await aRegisteredUser(api);
    const upload = await anUpload();
    const receipt = await api.declareUpload(user.token, upload.declaration);
    const sending = moment === 'declared' ? undefined : sendAll(upload, receipt);
    if (moment !== 'being sent') await sending;
    if (moment === 'published') await untilState(api, user.token, receipt.upload_id, 'published');
    expect((await deleteAccount(user)).status).toBe(202);
    await sending;
    await vi.waitFor(async () => expect(await leftOf(receipt.asin)).toEqual(NOTHING), soon);
    const answer = await api.call({ method: 'GET', path: `/v1/assets/${receipt.asin}` });
    const found = await api.call({ method: 'GET', path: `/v1/assets?owner=${user.asin}` });
    expect([answer.status, found.body]).toMatchObject([404, { total: 0 }]);
  },
  60_000,
);
