import {
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  type CORSRule,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';

import { encodePath } from '../signing.ts';
import { expectS3Error, type Check, type Harness } from '../target.ts';

const RULES: CORSRule[] = [
  {
    AllowedOrigins: ['https://store.example', 'https://*.preview.example'],
    AllowedMethods: ['PUT', 'GET'],
    AllowedHeaders: ['content-type', 'x-amz-*'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 300,
  },
  { AllowedOrigins: ['*'], AllowedMethods: ['HEAD'] },
];

async function configured(s3: Harness) {
  await s3.client.send(
    new PutBucketCorsCommand({ Bucket: s3.bucket, CORSConfiguration: { CORSRules: RULES } }),
  );
  return (origin: string, method: string, headers?: string) =>
    s3.raw({
      method: 'OPTIONS',
      path: encodePath(s3.bucket, 'k'),
      headers: {
        origin,
        'access-control-request-method': method,
        ...(headers !== undefined && { 'access-control-request-headers': headers }),
      },
    });
}

export function crossOriginCases(check: Check): void {
  check('the CORS configuration comes back as it was put', async (s3) => {
    const at = { Bucket: s3.bucket };
    await expectS3Error(s3.client.send(new GetBucketCorsCommand(at)), 'NoSuchCORSConfiguration', 404);
    await configured(s3);
    expect((await s3.client.send(new GetBucketCorsCommand(at))).CORSRules).toEqual(RULES);
    await s3.client.send(new DeleteBucketCorsCommand(at));
    await expectS3Error(s3.client.send(new GetBucketCorsCommand(at)), 'NoSuchCORSConfiguration', 404);
  });

  check('a preflight is answered without a signature, by the rule that fits', async (s3) => {
    const preflight = await configured(s3);
    const answer = await preflight('https://store.example', 'PUT', 'Content-Type, X-Amz-Checksum-Sha256');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://store.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'PUT, GET',
      'access-control-allow-headers': 'content-type, x-amz-checksum-sha256',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '300',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
    expect((await preflight('https://pr-7.preview.example', 'GET')).status).toBe(200);
    const any = await preflight('https://anywhere.example', 'HEAD');
    expect(any.headers['access-control-allow-origin']).toBe('*');
    expect(any.headers['access-control-allow-credentials']).toBeUndefined();
  });

  check('a preflight that no rule fits is refused', async (s3) => {
    const preflight = await configured(s3);
    for (const [origin, method, headers] of [
      ['https://evil.example', 'PUT', undefined],
      ['https://store.example.evil.example', 'PUT', undefined],
      ['http://store.example', 'PUT', undefined],
      ['https://store.example', 'DELETE', undefined],
      ['https://store.example', 'PUT', 'x-custom'],
    ] as const) {
      const answer = await preflight(origin, method, headers);
      expect([origin, method, answer.status]).toEqual([origin, method, 403]);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    const plain = await s3.newBucket();
    const none = await s3.raw({
      method: 'OPTIONS',
      path: `/${plain}/k`,
      headers: { origin: 'https://store.example', 'access-control-request-method': 'GET' },
    });
    expect(none.status).toBe(403);
    expect((await s3.raw({ method: 'OPTIONS', path: `/${s3.bucket}/k` })).status).toBe(400);
  });

  check('answers to a page of an allowed origin say so, errors too', async (s3) => {
    await configured(s3);
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', Body: 'x' }));
    const headers = { origin: 'https://store.example' };
    const got = await s3.signed({ method: 'GET', path: encodePath(s3.bucket, 'k'), headers });
    expect(got.status).toBe(200);
    const denied = await s3.raw({ method: 'GET', path: encodePath(s3.bucket, 'k'), headers });
    expect(denied.status).toBe(403);
    for (const answer of [got, denied]) {
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': 'https://store.example',
        'access-control-expose-headers': 'ETag',
      });
      expect(answer.headers.vary).toContain('Origin');
    }
    const other = await s3.signed({
      method: 'GET',
      path: encodePath(s3.bucket, 'k'),
      headers: { origin: 'https://evil.example' },
    });
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
    expect(other.headers.vary).toContain('Origin');
  });

  check('a CORS rule with an unknown method or two wildcards is refused', async (s3) => {
    const put = (rule: CORSRule) =>
      s3.client.send(
        new PutBucketCorsCommand({ Bucket: s3.bucket, CORSConfiguration: { CORSRules: [rule] } }),
      );
    await expectS3Error(put({ AllowedOrigins: ['*'], AllowedMethods: ['PATCH'] }), 'InvalidRequest', 400);
    await expectS3Error(
      put({ AllowedOrigins: ['https://*.*.example'], AllowedMethods: ['GET'] }),
      'InvalidRequest',
      400,
    );
  });
}
