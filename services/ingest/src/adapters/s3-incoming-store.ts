import {
  CopyObjectCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { PROMPTLY } from '@cairn/shared/aws/clients';
import type { IncomingStore, StoredObject } from '../domain/ports.ts';
import { incomingKey, type UploadFile } from '../domain/upload.ts';
import { abortPartsBelow, s3Parts } from './s3-parts.ts';
import { removePrefix } from './s3-prefix.ts';

/** Metadata of a private copy: which upload it was made for, so that no index has to tell. */
export const UPLOAD_OF_COPY = 'upload-id';

export function s3IncomingStore(options: {
  s3: S3Client;
  /** Signs for the address under which clients reach S3. */
  publicS3: S3Client;
  incomingBucket: string;
  assetsBucket: string;
  now: () => Date;
}): IncomingStore {
  const { s3, publicS3, incomingBucket, assetsBucket } = options;

  async function head(bucket: string, key: string): Promise<StoredObject | undefined> {
    try {
      const { ContentLength, ETag } = await s3.send(
        new HeadObjectCommand({ Bucket: bucket, Key: key }),
        PROMPTLY,
      );
      // Something else at its address may answer 200 to everything.
      if (ContentLength === undefined || ETag === undefined) throw new Error('that was no answer of S3');
      return { sizeBytes: ContentLength, etag: ETag };
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  return {
    async presignPut(file, lifetimeSeconds) {
      const signed = signedHeaders(file);
      const url = await getSignedUrl(
        publicS3,
        new PutObjectCommand({
          Bucket: incomingBucket,
          Key: incomingKey(file),
          ContentLength: file.size,
          ContentType: file.content_type,
          ChecksumSHA256: signed['x-amz-checksum-sha256'],
          IfNoneMatch: '*',
        }),
        {
          expiresIn: lifetimeSeconds,
          // In the query S3 would not enforce them: they are signed as headers, which the client must send.
          unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
          signableHeaders: new Set(['host', 'content-type', 'content-length', 'if-none-match']),
          signingDate: options.now(),
        },
      );
      const expiresAt = new Date(options.now().getTime() + lifetimeSeconds * 1000);
      return { method: 'PUT', url, headers: signed, expires_at: expiresAt.toISOString() };
    },

    head: (key) => head(incomingBucket, key),

    async copyToAssets(key, etag, assetKey, signal) {
      try {
        await s3.send(
          new CopyObjectCommand({
            Bucket: assetsBucket,
            Key: assetKey,
            CopySource: `${incomingBucket}/${encodeURIComponent(key)}`,
            CopySourceIfMatch: etag,
            MetadataDirective: 'REPLACE',
            ContentType: 'application/octet-stream',
            Metadata: { [UPLOAD_OF_COPY]: key.split('/')[0] ?? '' },
          }),
          // A large copy takes seconds; what the store still finishes is removed with the attempt's other traces.
          signal === undefined ? {} : { abortSignal: signal },
        );
      } catch (error) {
        const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
        if (status === 404 || status === 412) return undefined;
        throw error;
      }
      return head(assetsBucket, assetKey);
    },

    async remove(key) {
      await s3.send(new DeleteObjectCommand({ Bucket: incomingBucket, Key: key }));
    },

    async removePrefix(prefix) {
      await abortPartsBelow(s3, incomingBucket, prefix);
      await removePrefix(s3, incomingBucket, prefix);
    },

    ...s3Parts({ s3, publicS3, bucket: incomingBucket, now: options.now }),
  };
}

function signedHeaders(file: UploadFile) {
  return {
    'content-type': file.content_type,
    'content-length': String(file.size),
    'if-none-match': '*',
    'x-amz-checksum-sha256': Buffer.from(file.sha256, 'hex').toString('base64'),
  };
}
