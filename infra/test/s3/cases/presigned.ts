import { createHash } from 'node:crypto';

import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect } from 'vitest';

import { encodePath } from '../signing.ts';
import { expectS3Error, type Check, type Harness } from '../target.ts';

const BODY = 'the bytes that were promised';
const SHA256 = createHash('sha256').update(BODY).digest('base64');

/** A URL for one upload: this type, this length, these bytes, and only once. */
async function strictUpload(s3: Harness, Key: string) {
  const url = await getSignedUrl(
    s3.presigningClient,
    new PutObjectCommand({
      Bucket: s3.bucket,
      Key,
      ContentType: 'model/gltf-binary',
      ContentLength: BODY.length,
      ChecksumSHA256: SHA256,
      IfNoneMatch: '*',
    }),
    {
      expiresIn: 60,
      signableHeaders: new Set(['host', 'content-type', 'content-length', 'if-none-match']),
      unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
    },
  );
  const { pathname, search } = new URL(url);
  return {
    method: 'PUT',
    path: pathname + search,
    headers: {
      'content-type': 'model/gltf-binary',
      'content-length': String(BODY.length),
      'if-none-match': '*',
      'x-amz-checksum-sha256': SHA256,
    },
    body: BODY,
  };
}

export function presignedCases(check: Check): void {
  check('a presigned GET gives the object until it expires', async (s3) => {
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', Body: 'content' }));
    const get = { method: 'GET', path: encodePath(s3.bucket, 'k') };
    expect(await s3.raw(await s3.presigned(get))).toMatchObject({ status: 200, text: 'content' });

    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
    const lasting = await s3.presigned({ ...get, signingDate: ago(3600), expiresIn: 7200 });
    expect(await s3.raw(lasting)).toMatchObject({ status: 200 });
    const expired = await s3.raw(await s3.presigned({ ...get, signingDate: ago(61), expiresIn: 60 }));
    expect(expired).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(expired.text).toContain('Request has expired');
    const early = await s3.raw(await s3.presigned({ ...get, signingDate: ago(-20 * 60) }));
    expect(early).toMatchObject({ status: 403 });
  });

  check('a presigned URL cannot be changed', async (s3) => {
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', Body: 'content' }));
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'other', Body: 'other' }));
    const signed = await s3.presigned({ method: 'GET', path: encodePath(s3.bucket, 'k') });
    for (const tampered of [
      { ...signed, path: signed.path.replace('/k?', '/other?') },
      { ...signed, path: signed.path.replace('X-Amz-Expires=60', 'X-Amz-Expires=61') },
      { ...signed, path: `${signed.path}&response-content-type=text%2Fhtml` },
      { ...signed, path: signed.path.replace(/X-Amz-Signature=./, 'X-Amz-Signature=g') },
      { ...signed, method: 'DELETE' },
    ]) {
      expect(await s3.raw(tampered)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    }
  });

  check('a URL that lives longer than a week, or whose life is no number, is refused', async (s3) => {
    const signed = await s3.presigned({ method: 'GET', path: encodePath(s3.bucket, 'k') });
    for (const expires of ['604801', '-1', 'soon', '']) {
      const path = signed.path.replace('X-Amz-Expires=60', `X-Amz-Expires=${expires}`);
      expect(await s3.raw({ ...signed, path })).toMatchObject({
        status: 400,
        code: 'AuthorizationQueryParametersError',
      });
    }
  });

  check('a presigned PUT takes exactly what was signed, once', async (s3) => {
    const upload = await strictUpload(s3, 'strict');
    expect(await s3.raw(upload)).toMatchObject({ status: 200 });
    const head = await s3.client.send(
      new HeadObjectCommand({ Bucket: s3.bucket, Key: 'strict', ChecksumMode: 'ENABLED' }),
    );
    expect(head).toMatchObject({ ContentType: 'model/gltf-binary', ChecksumSHA256: SHA256 });
    expect(await s3.raw(upload)).toMatchObject({ status: 412, code: 'PreconditionFailed' });
  });

  check('a presigned PUT refuses a signed header that differs or is missing', async (s3) => {
    const upload = await strictUpload(s3, 'refused');
    const longer = `${BODY}!`;
    for (const name of ['content-type', 'if-none-match', 'x-amz-checksum-sha256'] as const) {
      const { [name]: _removed, ...rest } = upload.headers;
      expect([name, (await s3.raw({ ...upload, headers: rest })).code]).toEqual([
        name,
        'SignatureDoesNotMatch',
      ]);
      const changed = { ...upload.headers, [name]: name === 'if-none-match' ? '"x"' : 'text/html' };
      expect([name, (await s3.raw({ ...upload, headers: changed })).code]).toEqual([
        name,
        'SignatureDoesNotMatch',
      ]);
    }
    expect(
      await s3.raw({
        ...upload,
        headers: { ...upload.headers, 'content-length': String(longer.length) },
        body: longer,
      }),
    ).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    await expectS3Error(
      s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: 'refused' })),
      'NotFound',
      404,
    );
  });

  check('a presigned PUT refuses other bytes than those of the signed checksum', async (s3) => {
    const upload = await strictUpload(s3, 'bytes');
    const body = BODY.replace('promised', 'PROMISED');
    expect(await s3.raw({ ...upload, body })).toMatchObject({ status: 400, code: 'BadDigest' });
    await expectS3Error(
      s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: 'bytes' })),
      'NotFound',
      404,
    );
  });

  check('a presigned request with an unsigned x-amz- header is refused', async (s3) => {
    const upload = await strictUpload(s3, 'headers');
    const answer = await s3.raw({
      ...upload,
      headers: { ...upload.headers, 'x-amz-meta-added': 'later' },
    });
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(answer.text).toContain('x-amz-meta-added');
  });

  check('metadata that the SDK moves into a presigned query is stored', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'meta' };
    const url = await getSignedUrl(
      s3.presigningClient,
      new PutObjectCommand({ ...at, Metadata: { author: 'somebody' } }),
    );
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
    const head = await s3.client.send(new HeadObjectCommand(at));
    expect(head.Metadata).toEqual({ author: 'somebody' });
  });

  check('response headers can be chosen in a signed request only', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'k' };
    await s3.client.send(new PutObjectCommand({ ...at, Body: 'x', ContentType: 'text/html' }));
    const url = await getSignedUrl(
      s3.presigningClient,
      new GetObjectCommand({
        ...at,
        ResponseContentDisposition: 'attachment; filename="a b.glb"; filename*=UTF-8\'\'%C3%A4.glb',
        ResponseContentType: 'application/octet-stream',
        ResponseCacheControl: 'no-store',
      }),
    );
    const answer = await fetch(url);
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="a b.glb"; filename*=UTF-8\'\'%C3%A4.glb',
    );
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const unsigned = await s3.raw({
      method: 'GET',
      path: `${encodePath(s3.bucket, 'k')}?response-content-type=text%2Fplain`,
    });
    expect(unsigned.status).toBeGreaterThanOrEqual(400);
  });

  check('a response header that no header can be is refused', async (s3) => {
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', Body: 'x' }));
    for (const value of ['a\r\nset-cookie: b', '\u20ac', 'a\u0000b']) {
      const answer = await s3.signed({
        method: 'GET',
        path: encodePath(s3.bucket, 'k'),
        query: { 'response-content-disposition': value },
      });
      expect(answer).toMatchObject({ status: 400, code: 'InvalidArgument' });
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  check('one request has one signature', async (s3) => {
    const get = { method: 'GET', path: encodePath(s3.bucket, 'k') };
    const signed = await s3.presigned(get);
    const answer = await s3.raw({ ...signed, headers: { authorization: 'AWS4-HMAC-SHA256 x' } });
    expect(answer).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });
}
