import type { IncomingHttpHeaders } from 'node:http';
import { s3Operation } from './s3-operation.ts';

export type AwsService = 'dynamodb' | 's3' | 'sqs' | 'sns';

/** One request to AWS, as far as a rule can look at it. */
export interface Call {
  readonly service: AwsService;
  /** As the SDK's commands are called: `PutItem`, `GetObject`, `ReceiveMessage`, `Publish`. */
  readonly operation: string;
  readonly table?: string;
  readonly index?: string;
  readonly queue?: string;
  readonly topic?: string;
  readonly bucket?: string;
  readonly key?: string;
  /** The parsed body; nothing for S3, whose bodies are never held in memory. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export function describeCall(service: AwsService, request: RawRequest): Call {
  const { method, url, headers } = request;
  const base = { service, method, url, headers };
  switch (service) {
    case 'dynamodb':
    case 'sqs': {
      const body = parseJson(request.body);
      const target = String(headers['x-amz-target'] ?? '');
      const operation = target.slice(target.indexOf('.') + 1);
      return { ...base, operation, body, ...(service === 'sqs' ? queueOf(body) : tableOf(body)) };
    }
    case 'sns': {
      const body = Object.fromEntries(new URLSearchParams(request.body.toString('utf8')));
      const topic = body.TopicArn?.split(':').at(-1) ?? body.Name;
      return { ...base, operation: body.Action ?? '', body, ...(topic === undefined ? {} : { topic }) };
    }
    case 's3':
      return { ...base, body: {}, ...s3Operation(method, url, headers) };
  }
}

function tableOf(body: Record<string, unknown>): { table?: string; index?: string } {
  const requested = body.RequestItems as Record<string, unknown> | undefined;
  // A batch counts for the first of its tables; a `where` can look at all of them.
  const table = body.TableName ?? Object.keys(requested ?? {})[0];
  return {
    ...(typeof table === 'string' ? { table } : {}),
    ...(typeof body.IndexName === 'string' ? { index: body.IndexName } : {}),
  };
}

function queueOf(body: Record<string, unknown>): { queue?: string } {
  const { QueueName, QueueUrl } = body;
  const queue = typeof QueueUrl === 'string' ? QueueUrl.split('/').at(-1) : QueueName;
  return typeof queue === 'string' ? { queue } : {};
}

function parseJson(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
