import { createHash } from 'node:crypto';
import { connect } from 'node:net';

import {
  GetBucketAclCommand,
  GetObjectTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';

import { encodePath } from '../signing.ts';
import { expectS3Error, type Check, type Harness } from '../target.ts';

function talk(s3: Harness, bytes: string): Promise<string> {
  const { hostname, port } = new URL(s3.target.endpoint);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

export function refusalCases(check: Check): void {
  check('operations that are not implemented say so', async (s3) => {
    const at = { Bucket: s3.bucket };
    await s3.client.send(new PutObjectCommand({ ...at, Key: 'k', Body: 'x' }));
    await expectS3Error(s3.client.send(new GetBucketAclCommand(at)), 'NotImplemented', 501);
    await expectS3Error(
      s3.client.send(new GetObjectTaggingCommand({ ...at, Key: 'k' })),
      'NotImplemented',
      501,
    );
    await expectS3Error(
      s3.client.send(
        new PutBucketVersioningCommand({ ...at, VersioningConfiguration: { Status: 'Enabled' } }),
      ),
      'NotImplemented',
      501,
    );
  });

  check('an unknown parameter is never taken for a plain request', async (s3) => {
    const path = encodePath(s3.bucket, 'k');
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', Body: 'x' }));
    for (const [method, name] of [
      ['GET', 'acl'],
      ['GET', 'versionId'],
      ['GET', 'torrent'],
      ['GET', 'something'],
      ['PUT', 'tagging'],
      ['PUT', 'retention'],
      ['DELETE', 'versionId'],
      ['POST', 'restore'],
    ] as const) {
      const answer = await s3.signed({
        method,
        path,
        query: { [name]: '' },
        ...(method !== 'GET' && { headers: { 'content-length': '0' } }),
      });
      expect([method, name, answer.status, answer.code]).toEqual([method, name, 501, 'NotImplemented']);
    }
    const unchanged = await s3.signed({ method: 'GET', path });
    expect(unchanged.text).toBe('x');
  });

  check('a header that asks for what is not implemented is refused', async (s3) => {
    for (const headers of [
      { 'x-amz-acl': 'public-read' },
      { 'x-amz-tagging': 'a=b' },
      { 'x-amz-server-side-encryption': 'aws:kms' },
      { 'x-amz-object-lock-mode': 'GOVERNANCE' },
      { 'x-amz-storage-class': 'GLACIER' },
      { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' },
    ]) {
      const answer = await s3.signed({
        method: 'PUT',
        path: encodePath(s3.bucket, 'k'),
        headers: { ...headers, 'content-length': '1' },
        body: 'x',
      });
      expect([headers, answer.status, answer.code]).toEqual([headers, 501, 'NotImplemented']);
    }
  });

  check('errors are XML with a code, a message and a request id', async (s3) => {
    const answer = await s3.signed({ method: 'GET', path: encodePath(s3.bucket, 'a & <b>') });
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('application/xml');
    expect(answer.text).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\s*<Error><Code>NoSuchKey<\/Code>/i,
    );
    expect(answer.text).toContain('<Key>a &amp; &lt;b&gt;</Key>');
    expect(answer.text).toContain(`<RequestId>${String(answer.headers['x-amz-request-id'])}</RequestId>`);
  });

  check('paths that cannot be read are refused', async (s3) => {
    for (const path of [
      `/${s3.bucket}/%zz`,
      `/${s3.bucket}/%ff`,
      `/${s3.bucket}/%c0%af`,
      `/${s3.bucket}/%`,
    ]) {
      expect([path, (await s3.raw({ method: 'GET', path })).status]).toEqual([path, 400]);
    }
  });

  check('XML that is malformed, huge or has entities of its own is refused', async (s3) => {
    const post = (body: string) =>
      s3.signed({
        method: 'POST',
        path: `/${s3.bucket}`,
        query: { delete: '' },
        headers: {
          'content-length': String(Buffer.byteLength(body)),
          'content-md5': createHash('md5').update(body).digest('base64'),
        },
        body,
      });
    const deleteKey = (key: string) => `<Delete><Object><Key>${key}</Key></Object></Delete>`;
    for (const body of [
      '',
      'not xml',
      '<Delete>',
      '<Delete></Delet>',
      '<Delete><Object><Key>a</Object></Key></Delete>',
      '<Other/>',
      `${deleteKey('a')}${deleteKey('b')}`,
      `<!DOCTYPE x [<!ENTITY e "boom">]>${deleteKey('&e;')}`,
      `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>${deleteKey('&e;')}`,
      deleteKey('&unknown;'),
      '<a>'.repeat(100_000),
      `<Delete${' '.repeat(100_000)}`,
    ]) {
      const answer = await post(body);
      expect([body.slice(0, 60), answer.status, answer.code]).toEqual([
        body.slice(0, 60),
        400,
        'MalformedXML',
      ]);
    }
    const huge = await post(deleteKey('x'.repeat(9_000_000)));
    expect(huge.status).toBe(400);
    expect(await post(deleteKey('a &amp; &#x1F600;'))).toMatchObject({ status: 200 });
  });

  check('garbage instead of HTTP is answered and closed', async (s3) => {
    for (const bytes of [
      'nonsense\r\n\r\n',
      '\u0000\u0001\u0002\r\n\r\n',
      `GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(5000)}\r\n`,
      'GET / HTTP/9.9\r\n\r\n',
      'PUT /b/k HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello',
    ]) {
      const answer = await talk(s3, bytes);
      expect(answer.startsWith('HTTP/1.1 4')).toBe(true);
      expect(answer).toContain('<Error><Code>');
    }
    expect((await s3.raw({ method: 'GET', path: '/' })).status).toBe(403);
  });
}
