import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';

import { chunkSigner, encodePath, sha256Hex, signHeaders, type SignOptions } from '../signing.ts';
import { expectS3Error, type Check, type Harness } from '../target.ts';

const MINUTE_MS = 60_000;

async function withObject(s3: Harness): Promise<SignOptions> {
  await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', Body: 'secret' }));
  return { method: 'GET', path: encodePath(s3.bucket, 'k') };
}

const expectNothingStored = (s3: Harness, Key: string) =>
  expectS3Error(s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key })), 'NotFound', 404);

export function signatureCases(check: Check): void {
  check('a request without a signature is denied', async (s3) => {
    const { path } = await withObject(s3);
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      expect(await s3.raw({ method, path })).toMatchObject({ status: 403 });
    }
    expect(await s3.raw({ method: 'GET', path })).toMatchObject({ code: 'AccessDenied' });
    expect(await s3.raw({ method: 'GET', path: `/${s3.bucket}?list-type=2` })).toMatchObject({ status: 403 });
    expect(await s3.raw({ method: 'GET', path: '/' })).toMatchObject({ status: 403 });
  });

  check('a signature with another secret or an unknown key id is denied', async (s3) => {
    const get = await withObject(s3);
    const { accessKeyId } = s3.target.credentials;
    expect(await s3.signed({ ...get, credentials: { accessKeyId, secretAccessKey: 'wrong' } })).toMatchObject(
      { status: 403, code: 'SignatureDoesNotMatch' },
    );
    expect(
      await s3.signed({ ...get, credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } }),
    ).toMatchObject({ status: 403, code: 'InvalidAccessKeyId' });
  });

  check('what was signed cannot be changed', async (s3) => {
    await withObject(s3);
    const signed = await signHeaders(s3.target, {
      method: 'GET',
      path: encodePath(s3.bucket, 'k'),
      headers: { 'x-amz-checksum-mode': 'ENABLED', range: 'bytes=0-1' },
    });
    expect(await s3.raw(signed)).toMatchObject({ status: 206, text: 'se' });
    const { range: _range, ...withoutRange } = signed.headers;
    for (const tampered of [
      { ...signed, path: encodePath(s3.bucket, 'kk') },
      { ...signed, path: `${signed.path}?response-content-type=text/html` },
      { ...signed, method: 'DELETE' },
      { ...signed, headers: { ...signed.headers, range: 'bytes=0-5' } },
      { ...signed, headers: withoutRange },
      { ...signed, headers: { ...signed.headers, host: 'elsewhere.example' } },
      {
        ...signed,
        headers: {
          ...signed.headers,
          authorization: (signed.headers.authorization ?? '').replace(/.$/, (last) =>
            last === '0' ? '1' : '0',
          ),
        },
      },
    ]) {
      expect(await s3.raw(tampered)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    }
  });

  check('an x-amz- header that is not signed is refused', async (s3) => {
    const signed = await signHeaders(s3.target, await withObject(s3));
    const answer = await s3.raw({ ...signed, headers: { ...signed.headers, 'x-amz-meta-added': 'later' } });
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(answer.text).toContain('<HeadersNotSigned>x-amz-meta-added</HeadersNotSigned>');
  });

  check('a clock that is more than 15 minutes off is refused', async (s3) => {
    const get = await withObject(s3);
    const at = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS);
    expect(await s3.signed({ ...get, signingDate: at(-14) })).toMatchObject({ status: 200 });
    expect(await s3.signed({ ...get, signingDate: at(14) })).toMatchObject({ status: 200 });
    for (const minutes of [-16, 16]) {
      expect(await s3.signed({ ...get, signingDate: at(minutes) })).toMatchObject({
        status: 403,
        code: 'RequestTimeTooSkewed',
      });
    }
  });

  check('a signature for another region or with another mechanism is refused', async (s3) => {
    const get = await withObject(s3);
    expect(await s3.signed({ ...get, region: 'mars-north-1' })).toMatchObject({
      status: 400,
      code: 'AuthorizationHeaderMalformed',
    });
    for (const authorization of ['AWS key:signature', 'Bearer token']) {
      const answer = await s3.raw({ method: 'GET', path: get.path, headers: { authorization } });
      expect(answer.status).toBe(400);
    }
    const malformed = await s3.raw({
      method: 'GET',
      path: get.path,
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b' },
    });
    expect(malformed).toMatchObject({ status: 400, code: 'AuthorizationHeaderMalformed' });
  });

  check('a signed payload hash is verified against the body', async (s3) => {
    const put = (body: string, payloadHash: string) =>
      s3.signed({
        method: 'PUT',
        path: encodePath(s3.bucket, 'hashed'),
        headers: { 'content-length': String(body.length) },
        payloadHash,
        body,
      });
    expect(await put('hello', sha256Hex('other'))).toMatchObject({
      status: 400,
      code: 'XAmzContentSHA256Mismatch',
    });
    await expectNothingStored(s3, 'hashed');
    expect(await put('hello', sha256Hex('hello'))).toMatchObject({ status: 200 });
  });

  check('keys with characters that signers encode differently verify', async (s3) => {
    for (const key of ["a!'()*~b", 'a+b=c&d', 'a%20b', 'a:b@c$d,e;f', '[x]{y}|\\^`"<>#?']) {
      const path = encodePath(s3.bucket, key);
      const put = await s3.signed({ method: 'PUT', path, headers: { 'content-length': '1' }, body: 'x' });
      expect([key, put.status]).toEqual([key, 200]);
      expect(await s3.signed({ method: 'GET', path })).toMatchObject({ status: 200, text: 'x' });
    }
  });

  check('signed chunks are verified one by one', async (s3) => {
    const data = [
      Buffer.alloc(70_000, 'a'),
      Buffer.alloc(70_000, 'b'),
      Buffer.alloc(10, 'c'),
      Buffer.alloc(0),
    ];
    const length = data.reduce((sum, chunk) => sum + chunk.length, 0);
    const put = async (change: (chunks: Buffer[]) => Buffer[]) => {
      const signed = await signHeaders(s3.target, {
        method: 'PUT',
        path: encodePath(s3.bucket, 'chunked'),
        payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
        headers: { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': String(length) },
      });
      const signer = chunkSigner(s3.target, signed);
      const chunks = change(data.map((chunk) => signer.chunk(chunk)));
      const body = Buffer.concat([...chunks, Buffer.from('\r\n')]);
      return s3.raw({
        ...signed,
        headers: { ...signed.headers, 'content-length': String(body.length) },
        body,
      });
    };
    const flipped = ([first = Buffer.alloc(0), ...rest]: Buffer[]) => {
      const copy = Buffer.from(first);
      copy[200] = 'x'.charCodeAt(0);
      return [copy, ...rest];
    };
    const swapped = ([first = Buffer.alloc(0), second = Buffer.alloc(0), ...rest]: Buffer[]) => [
      second,
      first,
      ...rest,
    ];
    expect(await put(flipped)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    expect(await put(swapped)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    expect(await put((chunks) => chunks.slice(0, 1))).toMatchObject({ status: 400, code: 'IncompleteBody' });
    await expectNothingStored(s3, 'chunked');
    expect(await put((chunks) => chunks)).toMatchObject({ status: 200 });
    const got = await s3.signed({ method: 'GET', path: encodePath(s3.bucket, 'chunked') });
    expect(got.body.equals(Buffer.concat(data))).toBe(true);
    expect(got.headers['content-encoding']).toBeUndefined();
  });

  check('a signed trailer is verified', async (s3) => {
    const put = async (value: string, change: (trailer: Buffer) => Buffer) => {
      const signed = await signHeaders(s3.target, {
        method: 'PUT',
        path: encodePath(s3.bucket, 'trailed'),
        payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
        headers: { 'x-amz-decoded-content-length': '9', 'x-amz-trailer': 'x-amz-checksum-crc32c' },
      });
      const signer = chunkSigner(s3.target, signed);
      const chunks = [signer.chunk(Buffer.from('123456789')), signer.chunk(Buffer.alloc(0))];
      const body = Buffer.concat([...chunks, change(signer.trailer('x-amz-checksum-crc32c', value))]);
      return s3.raw({
        ...signed,
        headers: { ...signed.headers, 'content-length': String(body.length) },
        body,
      });
    };
    const same = (trailer: Buffer) => trailer;
    expect(await put('AAAAAA==', same)).toMatchObject({ status: 400, code: 'BadDigest' });
    const forged = (trailer: Buffer) => Buffer.from(trailer.toString().replace('4waSgw==', '4waSgQ=='));
    expect(await put('4waSgw==', forged)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    await expectNothingStored(s3, 'trailed');
    expect(await put('4waSgw==', same)).toMatchObject({ status: 200 });
  });
}
