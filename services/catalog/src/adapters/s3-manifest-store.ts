import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ManifestStore } from '../domain/downloads/find-manifest-entry.ts';

const STREAM_MS = 20_000;
const READ_MS = 4_000;

/** Manifests beside the archives. A read that takes too long fails for all who wait for it. */
export function s3ManifestStore({ s3, bucket }: { s3: S3Client; bucket: string }): ManifestStore {
  async function bodyOf(key: string, signal: AbortSignal, range?: string): Promise<Readable> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }), {
      abortSignal: signal,
    });
    if (Body === undefined) throw new Error('the manifest has no body');
    // The SDK's own signal ends with the head of the answer.
    return addAbortSignal(signal, Body as Readable);
  }

  return {
    stream: (key) => bodyOf(key, AbortSignal.timeout(STREAM_MS)),
    async read(key, offset, length) {
      const range = `bytes=${offset}-${offset + length - 1}`;
      const body = await bodyOf(key, AbortSignal.timeout(READ_MS), range);
      return Buffer.concat(await body.toArray());
    },
  };
}
