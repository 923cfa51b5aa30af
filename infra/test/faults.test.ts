import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  blackhole,
  delay,
  deny,
  internalError,
  loseAnswer,
  nonsense,
  refuse,
  slow,
  throttle,
  type CallRule,
} from '../local/faults/rules.ts';
import { startTestStack, type FaultyTestStack } from '../local/testing.ts';

let stack: FaultyTestStack;
let direct: DynamoDBClient;
const once = { maxAttempts: 1 };

beforeAll(async () => {
  stack = await startTestStack({ faults: true });
  const { region, credentials, dynamodbUrl } = stack.local.connection;
  direct = new DynamoDBClient({ region, credentials, endpoint: dynamodbUrl });
});

afterEach(() => stack.faults.clear());

afterAll(async () => {
  direct.destroy();
  await stack.close();
});

const s3Client = (options: object = once) =>
  new S3Client({ forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED', ...options });

const put = (id: string, client = new DynamoDBClient(once)) =>
  client.send(
    new PutItemCommand({
      TableName: 'quotas',
      Item: { user_id: { S: id } },
      ConditionExpression: 'attribute_not_exists(user_id)',
    }),
  );

async function isThere(id: string): Promise<boolean> {
  const { Item } = await direct.send(
    new GetItemCommand({ TableName: 'quotas', Key: { user_id: { S: id } }, ConsistentRead: true }),
  );
  return Item !== undefined;
}

const broken = { name: 'TimeoutError', code: 'ECONNRESET' };

describe('calls', () => {
  it('pass unchanged without rules, and are seen', async () => {
    await put('plain');
    expect(await isThere('plain')).toBe(true);
    expect(stack.faults.seen).toMatchObject([
      { service: 'dynamodb', operation: 'PutItem', table: 'quotas', status: 200 },
    ]);
    expect(stack.faults.seen[0]).not.toHaveProperty('fault');
  });

  it('are done although their answer is lost', async () => {
    const rule = stack.faults.dynamodb.add(loseAnswer({ operation: 'PutItem', table: 'quotas', times: 1 }));
    await expect(put('lost')).rejects.toMatchObject(broken);
    expect(await isThere('lost')).toBe(true);
    expect(rule.hits).toBe(1);
    expect(stack.faults.seen).toMatchObject([{ fault: 'lose-answer', status: 200 }]);
  });

  it('meet their own write when the SDK tries again after a lost answer', async () => {
    stack.faults.dynamodb.add(loseAnswer({ operation: 'PutItem', times: 1 }));
    await expect(put('lost-and-tried-again', new DynamoDBClient({ maxAttempts: 3 }))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    expect(stack.faults.seen).toHaveLength(2);
  });

  it('are not done when the connection is refused', async () => {
    stack.faults.dynamodb.add(refuse({ operation: 'PutItem' }));
    await expect(put('refused')).rejects.toMatchObject(broken);
    expect(await isThere('refused')).toBe(false);
    expect(stack.faults.seen[0]).not.toHaveProperty('status');
  });

  it('wait for the delay', async () => {
    stack.faults.dynamodb.add(delay({ ms: 120 }));
    const since = performance.now();
    await put('delayed');
    expect(performance.now() - since).toBeGreaterThanOrEqual(115);
  });

  it('get no answer from a black hole until its rule is released', async () => {
    const rule = stack.faults.dynamodb.add(blackhole({ operation: 'PutItem' }));
    const call = put('swallowed').catch((error: unknown) => error);
    await expect.poll(() => rule.hits).toBe(1);
    await rule.release();
    expect(await call).toMatchObject(broken);
    expect(await isThere('swallowed')).toBe(false);
    await expect(put('swallowed')).resolves.toBeDefined();
  });
});

describe('the failures that a service tells', () => {
  const send = {
    dynamodb: () => put('told'),
    sqs: async () => {
      const client = new SQSClient(once);
      const { QueueUrl } = await new SQSClient({}).send(new GetQueueUrlCommand({ QueueName: 'downloads' }));
      return client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    },
    sns: () =>
      new SNSClient(once).send(
        new PublishCommand({ TopicArn: stack.addresses.assetEventsTopicArn, Message: 'x' }),
      ),
    s3: () => s3Client().send(new PutObjectCommand({ Bucket: 'cairn-assets', Key: 'told', Body: 'x' })),
  };
  const operation = { dynamodb: 'PutItem', sqs: 'SendMessage', sns: 'Publish', s3: 'PutObject' };
  const expected = {
    dynamodb: ['ProvisionedThroughputExceededException', 400, 'InternalServerError'],
    sqs: ['ThrottlingException', 400, 'InternalError'],
    sns: ['Throttling', 400, 'InternalErrorException'],
    s3: ['SlowDown', 503, 'InternalError'],
  } as const;

  it.each(['dynamodb', 'sqs', 'sns', 's3'] as const)('%s asks to slow down', async (service) => {
    const [name, httpStatusCode] = expected[service];
    const rule = stack.faults[service].add(throttle({ operation: operation[service] }));
    await expect(send[service]()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(rule.hits).toBe(1);
  });

  it.each(['dynamodb', 'sqs', 'sns', 's3'] as const)('%s fails inside', async (service) => {
    stack.faults[service].add(internalError({ operation: operation[service] }));
    await expect(send[service]()).rejects.toMatchObject({
      name: expected[service][2],
      $metadata: { httpStatusCode: 500 },
    });
  });

  it.each([
    ['dynamodb', 'AccessDeniedException', 400],
    ['sqs', 'AccessDeniedException', 403],
    ['sns', 'AuthorizationErrorException', 403],
    ['s3', 'AccessDenied', 403],
  ] as const)('%s denies', async (service, name, httpStatusCode) => {
    stack.faults[service].add(deny({ operation: operation[service] }));
    await expect(send[service]()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it.each(['dynamodb', 'sqs'] as const)('%s answers nonsense', async (service) => {
    stack.faults[service].add(nonsense({ operation: operation[service] }));
    await expect(send[service]()).rejects.toMatchObject({ $metadata: { httpStatusCode: 200 } });
  });

  it.each(['dynamodb', 'sqs', 'sns', 's3'] as const)('%s recovers on the second try', async (service) => {
    const clients = { maxAttempts: 2 };
    stack.faults[service].add(throttle({ operation: operation[service], times: 1 }));
    if (service === 'dynamodb') await put('recovered', new DynamoDBClient(clients));
    else if (service === 's3') {
      await s3Client(clients).send(
        new PutObjectCommand({ Bucket: 'cairn-assets', Key: 'recovered', Body: 'x' }),
      );
    } else if (service === 'sns') {
      await new SNSClient(clients).send(
        new PublishCommand({ TopicArn: stack.addresses.assetEventsTopicArn, Message: 'x' }),
      );
    } else {
      const client = new SQSClient(clients);
      const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'downloads' }));
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    }
    expect(stack.faults.seen.filter((call) => call.operation === operation[service])).toHaveLength(2);
  });

  it('is done all the same when the failure comes after the commit', async () => {
    stack.faults.dynamodb.add(internalError({ operation: 'PutItem', committed: true }));
    await expect(put('failed-after')).rejects.toMatchObject({ name: 'InternalServerError' });
    expect(await isThere('failed-after')).toBe(true);
  });
});

describe('S3', () => {
  it('honours presigned URLs for the address of the proxy', async () => {
    const client = s3Client();
    const command = new PutObjectCommand({ Bucket: 'cairn-assets', Key: 'presigned' });
    const url = await getSignedUrl(client, command, { expiresIn: 60 });
    expect(url).toContain(stack.faults.s3.url);
    expect((await fetch(url, { method: 'PUT', body: 'hello' })).status).toBe(200);
    expect((await fetch(`${url}0`, { method: 'PUT', body: 'hello' })).status).toBe(403);
    const read = await getSignedUrl(
      client,
      new GetObjectCommand({ Bucket: 'cairn-assets', Key: 'presigned' }),
    );
    expect(await (await fetch(read)).text()).toBe('hello');
    expect(stack.faults.seen.map((call) => [call.operation, call.status])).toEqual([
      ['PutObject', 200],
      ['PutObject', 403],
      ['GetObject', 200],
    ]);
  });

  it('keeps an object whose answer was lost', async () => {
    const client = s3Client();
    stack.faults.s3.add(loseAnswer({ operation: 'PutObject', bucket: 'cairn-assets', key: /^lost/ }));
    const body = Buffer.alloc(300_000, 7);
    await expect(
      client.send(new PutObjectCommand({ Bucket: 'cairn-assets', Key: 'lost/1', Body: body })),
    ).rejects.toMatchObject(broken);
    const head = await client.send(new HeadObjectCommand({ Bucket: 'cairn-assets', Key: 'lost/1' }));
    expect(head.ContentLength).toBe(body.length);
  });

  it('trickles a slow answer, whole and unchanged', async () => {
    const client = s3Client();
    const body = Buffer.from(Array.from({ length: 4_000 }, (_, i) => i % 251));
    await client.send(new PutObjectCommand({ Bucket: 'cairn-assets', Key: 'slow', Body: body }));
    stack.faults.s3.add(slow({ operation: 'GetObject', bytesPerSecond: 20_000 }));
    const since = performance.now();
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'cairn-assets', Key: 'slow' }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(body);
    expect(performance.now() - since).toBeGreaterThan(150);
  });
});

describe('rules', () => {
  const tryAll = async (rule: CallRule, n: number) => {
    stack.faults.dynamodb.add(rule);
    const read = new GetItemCommand({ TableName: 'quotas', Key: { user_id: { S: 'x' } } });
    const client = new DynamoDBClient(once);
    const results: boolean[] = [];
    for (let i = 0; i < n; i += 1) {
      results.push(
        await client.send(read).then(
          () => true,
          () => false,
        ),
      );
    }
    await stack.faults.clear();
    return results;
  };

  it('let so many calls pass first, and hit so many at most', async () => {
    expect(await tryAll(throttle({ operation: 'GetItem', after: 2, times: 1 }), 5)).toEqual([
      true,
      true,
      false,
      true,
      true,
    ]);
  });

  it('look at the table, and at whatever a test looks at', async () => {
    expect(await tryAll(throttle({ table: 'users' }), 1)).toEqual([true]);
    expect(await tryAll(throttle({ where: (call) => call.body.ConsistentRead === true }), 1)).toEqual([true]);
    expect(await tryAll(throttle({ operation: ['Query', 'GetItem'], table: 'quotas' }), 1)).toEqual([false]);
  });

  it('draw the same luck from the same seed', async () => {
    const { startFaults } = await import('../local/faults/start-faults.ts');
    const luck = async (seed: number) => {
      const faults = await startFaults(stack.local, { seed });
      faults.dynamodb.add(refuse({ probability: 0.5 }));
      const { region, credentials } = faults.connection;
      const client = new DynamoDBClient({ region, credentials, endpoint: faults.dynamodb.url, ...once });
      const read = new GetItemCommand({ TableName: 'quotas', Key: { user_id: { S: 'x' } } });
      const results: boolean[] = [];
      for (let i = 0; i < 20; i += 1)
        results.push(
          await client.send(read).then(
            () => true,
            () => false,
          ),
        );
      await faults.close();
      client.destroy();
      return results;
    };
    const first = await luck(7);
    expect(await luck(7)).toEqual(first);
    expect(await luck(8)).not.toEqual(first);
    expect(new Set(first).size).toBe(2);
  });
});
