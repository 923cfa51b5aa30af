import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { crc32 } from 'node:zlib';

import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';

import { encodePath, signHeaders } from '../signing.ts';
import { expectS3Error, type Check, type Harness } from '../target.ts';

const base64 = (algorithm: string, data: string) => createHash(algorithm).update(data).digest('base64');

function crc32Base64(data: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(data));
  return bytes.toString('base64');
}

const put = (s3: Harness, headers: Record<string, string>, body = 'hello') =>
  s3.signed({
    method: 'PUT',
    path: encodePath(s3.bucket, 'k'),
    headers: { 'content-length': String(body.length), ...headers },
    body,
  });

const expectNothingStored = (s3: Harness) =>
  expectS3Error(s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: 'k' })), 'NotFound', 404);

export function bodyCases(check: Check): void {
  check('Content-MD5 and every checksum are verified, and nothing is stored when they differ', async (s3) => {
    const checksums = {
      'content-md5': base64('md5', 'hello'),
      'x-amz-checksum-crc32': crc32Base64('hello'),
      'x-amz-checksum-crc32c': 'mnG7TA==',
      'x-amz-checksum-sha1': base64('sha1', 'hello'),
      'x-amz-checksum-sha256': base64('sha256', 'hello'),
    };
    for (const [name, value] of Object.entries(checksums)) {
      const answer = await put(s3, { [name]: value }, 'HELLO');
      expect([name, answer.status, answer.code]).toEqual([name, 400, 'BadDigest']);
    }
    await expectNothingStored(s3);
    for (const [name, value] of Object.entries(checksums)) {
      const answer = await put(s3, { [name]: value });
      expect([name, answer.status]).toEqual([name, 200]);
      if (name !== 'content-md5') expect(answer.headers[name]).toBe(value);
    }
  });

  check('a checksum that is none, or two of them, are refused', async (s3) => {
    expect(await put(s3, { 'content-md5': 'nonsense' })).toMatchObject({
      status: 400,
      code: 'InvalidDigest',
    });
    expect(await put(s3, { 'x-amz-checksum-sha256': 'AAAA' })).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    });
    const two = {
      'x-amz-checksum-crc32': crc32Base64('hello'),
      'x-amz-checksum-sha256': base64('sha256', 'hello'),
    };
    expect(await put(s3, two)).toMatchObject({ status: 400, code: 'InvalidRequest' });
    expect(await put(s3, { 'x-amz-sdk-checksum-algorithm': 'SHA256' })).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    });
    await expectNothingStored(s3);
  });

  check('a trailing checksum that is wrong or missing is refused', async (s3) => {
    const putTrailer = (trailer: string) => {
      const body = `5\r\nhello\r\n0\r\n${trailer}\r\n`;
      return s3.signed({
        method: 'PUT',
        path: encodePath(s3.bucket, 'k'),
        payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        headers: {
          'content-encoding': 'aws-chunked',
          'content-length': String(body.length),
          'x-amz-decoded-content-length': '5',
          'x-amz-trailer': 'x-amz-checksum-crc32',
        },
        body,
      });
    };
    expect(await putTrailer('x-amz-checksum-crc32:AAAAAA==\r\n')).toMatchObject({ code: 'BadDigest' });
    expect(await putTrailer('')).toMatchObject({ status: 400, code: 'MalformedTrailerError' });
    expect(await putTrailer('x-amz-checksum-sha1:x\r\n')).toMatchObject({ code: 'MalformedTrailerError' });
    await expectNothingStored(s3);
    expect(await putTrailer(`x-amz-checksum-crc32:${crc32Base64('hello')}\r\n`)).toMatchObject({
      status: 200,
    });
  });

  check('a chunked body that is not as long as declared is refused', async (s3) => {
    const putChunked = (declared: number, body: string) =>
      s3.signed({
        method: 'PUT',
        path: encodePath(s3.bucket, 'k'),
        payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        headers: {
          'content-encoding': 'aws-chunked',
          'content-length': String(body.length),
          'x-amz-decoded-content-length': String(declared),
        },
        body,
      });
    for (const [declared, body] of [
      [6, '5\r\nhello\r\n0\r\n\r\n'],
      [4, '5\r\nhello\r\n0\r\n\r\n'],
      [5, '5\r\nhello\r\n'],
      [5, 'zz\r\nhello\r\n0\r\n\r\n'],
      [5, '5\r\nhello0\r\n\r\n'],
      [5, '5\r\nhello\r\n0\r\n\r\nmore'],
      [5, 'x'.repeat(20_000)],
    ] as const) {
      const answer = await putChunked(declared, body);
      expect([body.slice(0, 20), answer.status, answer.code]).toEqual([
        body.slice(0, 20),
        400,
        'IncompleteBody',
      ]);
    }
    await expectNothingStored(s3);
  });

  check('a body without a length is refused', async (s3) => {
    const answer = await s3.signed({
      method: 'PUT',
      path: encodePath(s3.bucket, 'k'),
      headers: { 'transfer-encoding': 'chunked' },
      body: 'hello',
    });
    expect(answer).toMatchObject({ status: 411, code: 'MissingContentLength' });
    await expectNothingStored(s3);
  });

  check('a body that ends before its length stores nothing', async (s3) => {
    const signed = await signHeaders(s3.target, {
      method: 'PUT',
      path: encodePath(s3.bucket, 'k'),
      headers: { 'content-length': '1000' },
    });
    const { hostname, port } = new URL(s3.target.endpoint);
    const head = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.end(`PUT ${signed.path} HTTP/1.1\r\n${head.join('')}\r\nonly this`);
      });
      socket.on('error', reject);
      socket.on('close', () => resolve());
      socket.resume();
    });
    await expectNothingStored(s3);
  });

  check('a single PUT of more than 5 GiB is refused before its body is read', async (s3) => {
    const answer = await s3.signed({
      method: 'PUT',
      path: encodePath(s3.bucket, 'k'),
      headers: { 'content-length': String(5 * 1024 ** 3 + 1), expect: '100-continue' },
      body: 'never sent',
    });
    expect(answer).toMatchObject({ status: 400, code: 'EntityTooLarge', continued: false });
  });

  check('100 Continue is sent only when the request is acceptable', async (s3) => {
    const path = encodePath(s3.bucket, 'k');
    const headers = { 'content-length': '5', expect: '100-continue' };
    const denied = await s3.raw({ method: 'PUT', path, headers, body: 'hello' });
    expect(denied).toMatchObject({ status: 403, continued: false });
    const missing = await s3.signed({
      method: 'PUT',
      path: '/no-such-bucket-here/k',
      headers,
      body: 'hello',
    });
    expect(missing).toMatchObject({ status: 404, continued: false });
    expect(await s3.signed({ method: 'PUT', path, headers, body: 'hello' })).toMatchObject({
      status: 200,
      continued: true,
    });
    const conditional = { ...headers, 'if-none-match': '*' };
    expect(await s3.signed({ method: 'PUT', path, headers: conditional, body: 'hello' })).toMatchObject({
      status: 412,
      continued: false,
    });
  });

  check('a connection serves on after errors, also with bodies that nobody read', async (s3) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const path = encodePath(s3.bucket, 'k');
      const big = Buffer.alloc(2 * 1024 * 1024);
      for (let round = 0; round < 3; round += 1) {
        const headers = { 'content-length': String(big.length) };
        expect(await s3.raw({ method: 'PUT', path, headers, body: big, agent })).toMatchObject({
          status: 403,
        });
        expect(await s3.raw({ method: 'GET', path, agent })).toMatchObject({ status: 403 });
        expect(await s3.signed({ method: 'GET', path, agent })).toMatchObject({ status: 404 });
      }
    } finally {
      agent.destroy();
    }
  });
}
