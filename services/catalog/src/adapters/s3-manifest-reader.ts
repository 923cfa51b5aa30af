import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ReadManifest } from '../domain/downloads/manifest-entry.ts';

const READ_MS = 4_000;

/** A manifest is at most a few MiB. One that cannot be read in time fails the request that asked. */
export function s3ManifestReader({ s3, bucket }: { s3: S3Client; bucket: string }): ReadManifest {
  return async (key) => {
    const abortSignal = AbortSignal.timeout(READ_MS);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
    if (Body === undefined) throw new Error('the manifest has no body');
    return Body as unknown as AsyncIterable<Uint8Array>;
  };
}
