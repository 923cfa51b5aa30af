import { readdir, readFile, readlink } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAwsClients, type AwsClients } from '../aws-clients.ts';
import { startTestStack, type TestStack } from '../local/testing.ts';

let stack: TestStack;
let clients: AwsClients;

beforeAll(async () => {
  stack = await startTestStack();
  clients = createAwsClients();
});

afterAll(async () => {
  clients.destroy();
  await stack.close();
});

async function newQueue(name: string): Promise<string> {
  const { QueueUrl = '' } = await clients.sqs.send(new CreateQueueCommand({ QueueName: name }));
  return QueueUrl;
}

const send = (QueueUrl: string, MessageBody: string) =>
  clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

it.skipIf(process.platform !== 'linux')('listens on loopback only', async () => {
  const fds = await readdir('/proc/self/fd');
  const links = await Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  const own = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const listening = async (file: string) =>
    (await readFile(file, 'utf8'))
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && own.has(fields[9] ?? ''))
      .map((fields) => fields[1]?.split(':')[0]);
  // 127.0.0.1, as the kernel writes it. DynamoDB, SQS with SNS, and S3.
  const addresses = await listening('/proc/net/tcp');
  expect(addresses.length).toBeGreaterThanOrEqual(3);
  expect(new Set(addresses)).toEqual(new Set(['0100007F']));
  expect(await listening('/proc/net/tcp6')).toEqual([]);
});

it('gives queue URLs that lead back the way the request came', async () => {
  const url = new URL(await newQueue('reachable'));
  expect(url.origin).toBe(stack.local.connection.sqsUrl);
});

it.each([
  ['DynamoDB', () => stack.local.connection.dynamodbUrl],
  ['SQS and SNS', () => stack.local.connection.sqsUrl],
] as const)('%s outlives a client that hangs up in the middle of a request', async (_name, address) => {
  const url = new URL(address());
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  socket.write(
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 99\r\n\r\n{',
  );
  await clients.dynamodb.send(new ListTablesCommand({}));
  socket.resetAndDestroy();
  await once(socket, 'close');
  await expect(clients.dynamodb.send(new ListTablesCommand({}))).resolves.toBeDefined();
  await expect(newQueue('after-the-hang-up')).resolves.toBeDefined();
});

it('hands no message to a consumer that has hung up in its long poll', async () => {
  const url = await newQueue('deserted');
  const abort = new AbortController();
  const poll = clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), {
    abortSignal: abort.signal,
  });
  await newQueue('another');
  abort.abort();
  await expect(poll).rejects.toMatchObject({ name: 'AbortError' });
  await newQueue('another');
  await send(url, 'hello');
  const { Messages } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 5 }),
  );
  expect(Messages?.[0]?.Body).toBe('hello');
});

it('shows a message again at once when its visibility is set to zero, with its count of receives', async () => {
  const url = await newQueue('returned');
  await send(url, 'hello');
  const receive = async () => {
    const { Messages } = await clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        WaitTimeSeconds: 5,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    return Messages?.[0];
  };
  const first = await receive();
  await clients.sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: url,
      ReceiptHandle: first?.ReceiptHandle,
      VisibilityTimeout: 0,
    }),
  );
  expect(await receive()).toMatchObject({ Body: 'hello', Attributes: { ApproximateReceiveCount: '2' } });
});

it('hands no message to a long poll whose client has just hung up', async () => {
  const url = await newQueue('hung-up');
  for (let round = 0; round < 10; round += 1) {
    const hangingUp = new AbortController();
    const poll = clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), {
      abortSignal: hangingUp.signal,
    });
    const outcome = Promise.allSettled([poll]);
    // It waits there by then.
    await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 0 }));
    hangingUp.abort();
    await send(url, String(round));
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 1 }),
    );
    expect(Messages.map(({ Body }) => Body)).toEqual([String(round)]);
    expect(await outcome).toMatchObject([{ status: 'rejected', reason: { name: 'AbortError' } }]);
  }
});
