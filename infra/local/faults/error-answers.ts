import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { BufferedAnswer } from './answer.ts';
import type { AwsService } from './call.ts';

export type Failure = 'throttle' | 'internal-error' | 'deny';

const FAILURES: Record<AwsService, Record<Failure, { status: number; code: string; message: string }>> = {
  dynamodb: {
    throttle: {
      status: 400,
      code: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
      message: 'The level of configured provisioned throughput for the table was exceeded.',
    },
    'internal-error': {
      status: 500,
      code: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
      message: 'Internal server error',
    },
    deny: {
      status: 400,
      code: 'com.amazon.coral.service#AccessDeniedException',
      message: 'Not authorized to do this.',
    },
  },
  sqs: {
    throttle: { status: 400, code: 'com.amazonaws.sqs#ThrottlingException', message: 'Rate exceeded' },
    'internal-error': { status: 500, code: 'com.amazonaws.sqs#InternalError', message: 'Internal error' },
    deny: {
      status: 403,
      code: 'com.amazonaws.sqs#AccessDeniedException',
      message: 'Not authorized to do this.',
    },
  },
  sns: {
    throttle: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
    'internal-error': { status: 500, code: 'InternalError', message: 'Internal error' },
    deny: { status: 403, code: 'AuthorizationError', message: 'Not authorized to do this.' },
  },
  s3: {
    throttle: { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
    'internal-error': {
      status: 500,
      code: 'InternalError',
      message: 'We encountered an internal error. Please try again.',
    },
    deny: { status: 403, code: 'AccessDenied', message: 'Not authorized to do this.' },
  },
};

/** What a proxy between might answer. */
export const nonsenseAnswer: BufferedAnswer = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: Buffer.from('<!doctype html><title>Welcome</title>'),
};

/** The failure as the service itself would put it, in its own protocol. */
export function errorAnswer(service: AwsService, failure: Failure): BufferedAnswer {
  const { status, code, message } = FAILURES[service][failure];
  const id = randomUUID();
  switch (service) {
    case 'dynamodb':
    case 'sqs':
      return {
        status,
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': id },
        body: Buffer.from(JSON.stringify({ __type: code, message })),
      };
    case 'sns':
      return xml(
        status,
        { 'x-amzn-requestid': id },
        `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Receiver</Type>` +
          `<Code>${code}</Code><Message>${message}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`,
      );
    case 's3':
      return xml(
        status,
        { 'x-amz-request-id': id },
        `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message>` +
          `<RequestId>${id}</RequestId></Error>`,
      );
  }
}

function xml(status: number, headers: OutgoingHttpHeaders, body: string): BufferedAnswer {
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body: Buffer.from(body) };
}
