import { randomUUID } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createS3Client, createSqsClient } from '@cairn/shared/aws/clients';
import { batchedCalls } from '@cairn/shared/messaging/batched-calls';

// The least that a counted download takes: a presigned URL and a durable event, sent with those of the others.
// No checks, no tables, no validation. A process of its own: port, bucket and queue are its arguments.
const [port, Bucket, QueueName] = process.argv.slice(2);
const s3 = createS3Client();
const sqs = createSqsClient();
const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
const send = batchedCalls<{ MessageBody: string }>(async (Entries) => {
  const { Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [...Entries] }));
  return Failed;
});

const app = new Hono();
app.get('/ready', (c) => c.json({ status: 'ready' }));
app.get('/', async (c) => {
  const command = new GetObjectCommand({
    Bucket,
    Key: 'asset_01jd3k5w6he0rtgq5h2tqf7zqk/release_01jd3k5w6he0rtgq5h2tqf7zqk/file_01jd3k5w6he0rtgq5h2tqf7zqk/1',
    ResponseContentDisposition: `attachment; filename="note.txt"; filename*=UTF-8''note.txt`,
    ResponseContentType: 'text/plain',
  });
  const [url] = await Promise.all([
    getSignedUrl(s3, command, { expiresIn: 300 }),
    send({ MessageBody: JSON.stringify({ bare: true, id: randomUUID(), at: new Date().toISOString() }) }),
  ]);
  return c.redirect(url);
});
serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' });
