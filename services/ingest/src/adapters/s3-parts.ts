import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3ServiceException,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { PROMPTLY } from '@cairn/shared/aws/clients';
import type { IncomingStore, ReceivedPart } from '../domain/ports.ts';
import { incomingKey } from '../domain/upload.ts';

type PartsOfStore = Pick<
  IncomingStore,
  'beginParts' | 'presignPart' | 'receivedParts' | 'completeParts' | 'abortParts'
>;

/** Sending in parts: S3's multipart uploads in the bucket `incoming`. */
export function s3Parts(options: {
  s3: S3Client;
  publicS3: S3Client;
  bucket: string;
  now: () => Date;
}): PartsOfStore {
  const { s3, publicS3, bucket, now } = options;
  return {
    async beginParts(file) {
      const { UploadId } = await s3.send(
        new CreateMultipartUploadCommand({
          Bucket: bucket,
          Key: incomingKey(file),
          ContentType: file.content_type,
        }),
        PROMPTLY,
      );
      if (UploadId === undefined) throw new Error('the store gave no id for the sending');
      return UploadId;
    },

    async presignPart(file, storeId, part, lifetimeSeconds) {
      const url = await getSignedUrl(
        publicS3,
        new UploadPartCommand({
          Bucket: bucket,
          Key: incomingKey(file),
          UploadId: storeId,
          PartNumber: part.partNumber,
          ContentLength: part.size,
        }),
        {
          expiresIn: lifetimeSeconds,
          signableHeaders: new Set(['host', 'content-length']),
          signingDate: now(),
        },
      );
      const expiresAt = new Date(now().getTime() + lifetimeSeconds * 1000);
      return {
        method: 'PUT',
        url,
        headers: { 'content-length': String(part.size) },
        expires_at: expiresAt.toISOString(),
      };
    },

    async receivedParts(file, storeId) {
      const parts: ReceivedPart[] = [];
      let marker: string | undefined;
      try {
        do {
          const page = await s3.send(
            new ListPartsCommand({
              Bucket: bucket,
              Key: incomingKey(file),
              UploadId: storeId,
              PartNumberMarker: marker,
            }),
            PROMPTLY,
          );
          for (const { PartNumber = 0, Size = 0, ETag = '' } of page.Parts ?? []) {
            parts.push({ partNumber: PartNumber, sizeBytes: Size, etag: ETag });
          }
          marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
        } while (marker !== undefined);
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
      return parts;
    },

    async completeParts(file, storeId, parts) {
      try {
        await s3.send(
          new CompleteMultipartUploadCommand({
            Bucket: bucket,
            Key: incomingKey(file),
            UploadId: storeId,
            MultipartUpload: {
              Parts: parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag })),
            },
          }),
        );
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    },

    async abortParts(file, storeId) {
      await abortSending(s3, bucket, incomingKey(file), storeId);
    },
  };
}

/** Aborts every sending below a prefix, also those whose id was lost on its way to the upload's items. */
export async function abortPartsBelow(s3: S3Client, bucket: string, prefix: string): Promise<void> {
  let keyMarker: string | undefined;
  let idMarker: string | undefined;
  do {
    const page = await s3.send(
      new ListMultipartUploadsCommand({
        Bucket: bucket,
        Prefix: prefix,
        KeyMarker: keyMarker,
        UploadIdMarker: idMarker,
      }),
    );
    for (const { Key, UploadId } of page.Uploads ?? []) {
      if (Key !== undefined && UploadId !== undefined) await abortSending(s3, bucket, Key, UploadId);
    }
    keyMarker = page.IsTruncated === true ? page.NextKeyMarker : undefined;
    idMarker = page.NextUploadIdMarker;
  } while (keyMarker !== undefined);
}

/** Ends a sending, also one that is over. */
export async function abortSending(
  s3: S3Client,
  Bucket: string,
  Key: string,
  UploadId: string,
): Promise<void> {
  try {
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.name === 'NoSuchUpload';
