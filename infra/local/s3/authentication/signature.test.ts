import { describe, expect, test } from 'vitest';

import { decodeAwsChunked } from './aws-chunked.ts';
import { canonicalRequest, headerMap } from './canonical-request.ts';
import { deriveSigningKey, EMPTY_SHA256, signaturesMatch, signRequest } from './signature.ts';

// The examples of "Authenticating Requests (AWS Signature Version 4)" in the Amazon S3 API reference.
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const SCOPE = { date: '20130524', region: 'us-east-1', amzDate: '20130524T000000Z' };
const KEY = deriveSigningKey(SECRET, SCOPE);

function sign(
  method: string,
  path: string,
  query: Record<string, string>,
  headers: Record<string, string>,
  payloadHash: string,
): string {
  const all = new Map(Object.entries(headers));
  const signedHeaders = [...all.keys()].sort();
  return signRequest(
    KEY,
    SCOPE,
    canonicalRequest({
      method,
      path,
      query: Object.entries(query),
      headers: all,
      signedHeaders,
      payloadHash,
    }),
  );
}

const HOST = { host: 'examplebucket.s3.amazonaws.com', 'x-amz-date': SCOPE.amzDate };
const EMPTY = { ...HOST, 'x-amz-content-sha256': EMPTY_SHA256 };

describe("AWS's examples of signatures", () => {
  test('GET Object with a range', () => {
    expect(sign('GET', '/test.txt', {}, { ...EMPTY, range: 'bytes=0-9' }, EMPTY_SHA256)).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
  });

  test('PUT Object with a dollar sign in its key', () => {
    const payloadHash = '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072';
    const headers = {
      ...HOST,
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-content-sha256': payloadHash,
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    };
    expect(sign('PUT', '/test$file.text', {}, headers, payloadHash)).toBe(
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    );
  });

  test('GET Bucket lifecycle, a parameter without a value', () => {
    expect(sign('GET', '/', { lifecycle: '' }, EMPTY, EMPTY_SHA256)).toBe(
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    );
  });

  test('List Objects, parameters in another order', () => {
    expect(sign('GET', '/', { prefix: 'J', 'max-keys': '2' }, EMPTY, EMPTY_SHA256)).toBe(
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    );
  });

  test('a presigned URL', () => {
    const query = {
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
      'X-Amz-Date': SCOPE.amzDate,
      'X-Amz-Expires': '86400',
      'X-Amz-SignedHeaders': 'host',
    };
    expect(sign('GET', '/test.txt', query, { host: HOST.host }, 'UNSIGNED-PAYLOAD')).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });
});

const CHUNK_HEADERS = {
  'content-encoding': 'aws-chunked',
  host: 's3.amazonaws.com',
  'x-amz-date': SCOPE.amzDate,
  'x-amz-decoded-content-length': '66560',
  'x-amz-storage-class': 'REDUCED_REDUNDANCY',
};
const SIXTY_FOUR_KB = Buffer.alloc(65_536, 'a');
const ONE_KB = Buffer.alloc(1024, 'a');

async function decode(
  seedSignature: string,
  parts: (Buffer | string)[],
  announcedTrailers: string[] | undefined,
) {
  const whole = Buffer.concat(parts.map((part) => Buffer.from(part)));
  let trailers: ReadonlyMap<string, string> = new Map();
  async function* inPieces() {
    for (let offset = 0; offset < whole.length; offset += 777) yield whole.subarray(offset, offset + 777);
  }
  const signing = { signingKey: KEY, scope: SCOPE, seedSignature };
  const chunks: Buffer[] = [];
  for await (const chunk of decodeAwsChunked(inPieces(), { signing, announcedTrailers }, (received) => {
    trailers = received;
  })) {
    chunks.push(chunk);
  }
  return { sizeBytes: Buffer.concat(chunks).length, trailers };
}

describe("AWS's examples of signed chunks", () => {
  test('chunks without a trailer', async () => {
    const payloadHash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
    const headers = { ...CHUNK_HEADERS, 'content-length': '66824', 'x-amz-content-sha256': payloadHash };
    const seed = sign('PUT', '/examplebucket/chunkObject.txt', {}, headers, payloadHash);
    expect(seed).toBe('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9');
    const parts = [
      '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n',
      SIXTY_FOUR_KB,
      '\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n',
      ONE_KB,
      '\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
    ];
    expect(Buffer.concat(parts.map((part) => Buffer.from(part)))).toHaveLength(66_824);
    expect((await decode(seed, parts, undefined)).sizeBytes).toBe(66_560);
    await expect(decode(seed.replace('4', '5'), parts, undefined)).rejects.toThrow('does not match');
  });

  test('chunks with a trailer', async () => {
    const payloadHash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
    const headers = {
      ...CHUNK_HEADERS,
      'x-amz-content-sha256': payloadHash,
      'x-amz-trailer': 'x-amz-checksum-crc32c',
    };
    const seed = sign('PUT', '/examplebucket/chunkObject.txt', {}, headers, payloadHash);
    expect(seed).toBe('106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e');
    const parts = (trailerSignature: string) => [
      '10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n',
      SIXTY_FOUR_KB,
      '\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n',
      ONE_KB,
      '\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n',
      `x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:${trailerSignature}\r\n\r\n`,
    ];
    const valid = 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435';
    const { sizeBytes, trailers } = await decode(seed, parts(valid), ['x-amz-checksum-crc32c']);
    expect(sizeBytes).toBe(66_560);
    expect([...trailers]).toEqual([['x-amz-checksum-crc32c', 'sOO8/Q==']]);
    await expect(decode(seed, parts(valid.replace('d', 'e')), ['x-amz-checksum-crc32c'])).rejects.toThrow(
      'does not match',
    );
  });
});

test('a header given twice is signed as one, joined with a comma', () => {
  expect(headerMap(['X-Amz-Meta-A', '1', 'x-amz-meta-a', '2']).get('x-amz-meta-a')).toBe('1,2');
});

test('signatures of another length do not match, and do not throw', () => {
  expect(signaturesMatch('abc', 'abc')).toBe(true);
  expect(signaturesMatch('abc', 'abd')).toBe(false);
  expect(signaturesMatch('abc', 'ab')).toBe(false);
  expect(signaturesMatch('abc', 'äöü')).toBe(false);
});
