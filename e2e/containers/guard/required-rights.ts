/** One right that a request to AWS needs: an action in IAM's words, on a resource by its name. */
export interface Right {
  readonly action: string;
  readonly resource: string;
  /** Of an item: which attributes it asks for; undefined is all of them. */
  readonly attributes?: readonly string[] | undefined;
}

export interface AwsRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const BATCHES: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
};

interface Json {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly QueueUrl?: string;
  readonly QueueName?: string;
}

/** What IAM would ask for; a request that is none of ours needs a right that nobody has. */
export function requiredRights(request: AwsRequest): Right[] {
  const [protocol = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  if (protocol.startsWith('DynamoDB')) return itemRights(operation, JSON.parse(request.body) as Json);
  if (protocol === 'AmazonSQS') {
    const { QueueUrl = '', QueueName } = JSON.parse(request.body) as Json;
    const resource = QueueName ?? QueueUrl.split('/').at(-1) ?? '';
    return [{ action: `sqs:${BATCHES[operation] ?? operation}`, resource }];
  }
  if (request.target === '/' && request.method === 'POST') {
    const form = new URLSearchParams(request.body);
    return [{ action: `sns:${form.get('Action')}`, resource: form.get('TopicArn')?.split(':').at(-1) ?? '' }];
  }
  return objectRights(request);
}

function itemRights(operation: string, body: Json): Right[] {
  const action = `dynamodb:${operation}`;
  if (body.RequestItems !== undefined) {
    return Object.keys(body.RequestItems).map((resource) => ({ action, resource }));
  }
  const { TableName = '', IndexName, ProjectionExpression, ExpressionAttributeNames: names = {} } = body;
  const attributes = ProjectionExpression?.split(',').map((each) => names[each.trim()] ?? each.trim());
  return [
    { action, resource: IndexName === undefined ? TableName : `${TableName}/${IndexName}`, attributes },
  ];
}

function objectRights({ method, target, headers }: AwsRequest): Right[] {
  const { pathname, searchParams: query } = new URL(target, 'http://s3');
  const [, bucket = '', ...rest] = pathname.split('/');
  const isObject = rest.join('/') !== '';
  const on = (action: string, resource = bucket): Right => ({ action: `s3:${action}`, resource });
  if (!isObject) {
    if (method === 'POST' && query.has('delete')) return [on('DeleteObject')];
    if (method === 'GET') return [on(query.has('uploads') ? 'ListBucketMultipartUploads' : 'ListBucket')];
    return [on(`${method} of a bucket`)];
  }
  switch (method) {
    case 'GET':
      return [on(query.has('uploadId') ? 'ListMultipartUploadParts' : 'GetObject')];
    case 'HEAD':
      return [on('GetObject')];
    case 'DELETE':
      return [on(query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject')];
    case 'POST':
      return [on('PutObject')];
    case 'PUT': {
      const source = headers['x-amz-copy-source'];
      const from = typeof source === 'string' ? source.replace(/^\//, '').split('/')[0] : undefined;
      return [on('PutObject'), ...(from === undefined ? [] : [on('GetObject', from)])];
    }
    default:
      return [on(`${method} of an object`)];
  }
}
