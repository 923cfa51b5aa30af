import { randomBytes } from 'node:crypto';

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';

import { rawRequest, type RawRequest, type RawResponse } from './raw-http.ts';
import { presign, signHeaders, type SignedRequest, type SignOptions } from './signing.ts';

export interface RunningTarget {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** A queue that events can be sent to, and the bodies of what has arrived there. */
  queue?: { arn: string; messages(): Promise<string[]> };
  stop(): Promise<void>;
}

export interface S3Target {
  name: string;
  start(): Promise<RunningTarget>;
  /** Cases that are known to come out differently, by title, with the reason. They are asserted to fail. */
  deviations: Readonly<Record<string, string>>;
}

export interface Harness {
  target: RunningTarget;
  /** As the SDK comes. */
  client: S3Client;
  /** For presigning: without the checksum of an empty body in the URL. */
  presigningClient: S3Client;
  /** A new one for each case. */
  bucket: string;
  newBucket(): Promise<string>;
  raw(request: RawRequest): Promise<RawResponse>;
  signed(options: SignOptions & Pick<RawRequest, 'body' | 'agent'>): Promise<RawResponse>;
  presigned(options: SignOptions & { expiresIn?: number }): Promise<SignedRequest>;
}

export type Check = (title: string, run: (harness: Harness) => Promise<void>) => void;

export function createHarness(target: RunningTarget): {
  open: () => Promise<Harness>;
  close: () => void;
} {
  const config = {
    endpoint: target.endpoint,
    region: target.region,
    credentials: target.credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  };
  const client = new S3Client(config);
  const presigningClient = new S3Client({ ...config, requestChecksumCalculation: 'WHEN_REQUIRED' });
  const raw = (request: RawRequest) => rawRequest(target.endpoint, request);
  const newBucket = async () => {
    const bucket = `conformance-${randomBytes(8).toString('hex')}`;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return bucket;
  };
  return {
    async open() {
      return {
        target,
        client,
        presigningClient,
        bucket: await newBucket(),
        newBucket,
        raw,
        async signed({ body, agent, ...options }) {
          const request = await signHeaders(target, options);
          return raw({ ...request, ...(body !== undefined && { body }), ...(agent && { agent }) });
        },
        presigned: (options) => presign(target, options),
      };
    },
    close() {
      client.destroy();
      presigningClient.destroy();
    },
  };
}

/** Registers a case, or, where the target is known to deviate, that it still does. */
export function createCheck(target: S3Target, open: () => Promise<Harness>): Check & { titles: string[] } {
  const titles: string[] = [];
  const check: Check = (title, run) => {
    titles.push(title);
    const reason = target.deviations[title];
    const suffix = reason === undefined ? '' : ` [deviates: ${reason}]`;
    const body = reason === undefined ? run : deviating(run);
    test(`${title}${suffix}`, async () => body(await open()));
  };
  return Object.assign(check, { titles });
}

/** A deviation that is gone has to leave the list, so that is a failure too. */
function deviating(run: (harness: Harness) => Promise<void>) {
  return async (harness: Harness) => {
    const outcome = await run(harness).then(
      () => 'conforms',
      () => 'deviates',
    );
    expect(outcome).toBe('deviates');
  };
}

export async function expectS3Error(promise: Promise<unknown>, code: string, status: number): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: code, $metadata: { httpStatusCode: status } });
}
