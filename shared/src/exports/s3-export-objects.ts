import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { putInParts } from '../aws/put-in-parts.ts';

/** The private bucket of exports, as a service that writes a part needs it. */
export interface ExportObjects {
  /** There as a whole at the end, in the place of what was there, or not at all. */
  put(key: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  remove(key: string): Promise<void>;
}

export function s3ExportObjects({ s3, bucket }: { s3: S3Client; bucket: string }): ExportObjects {
  return {
    put: (key, chunks) => putInParts(s3, { Bucket: bucket, Key: key }, chunks),
    async remove(key) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}
