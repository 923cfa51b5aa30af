import {
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  NotFound,
  type S3Client,
} from '@aws-sdk/client-s3';
import { z } from '@hono/zod-openapi';
import type { ObjectInventory, Shelf } from '../domain/orphans/object-inventory.ts';
import { UPLOAD_OF_COPY } from './s3-incoming-store.ts';
import { abortSending } from './s3-parts.ts';

const markers = z.tuple([z.string(), z.string()]);

export function s3ObjectInventory(options: {
  s3: S3Client;
  buckets: Readonly<Record<Shelf, string>>;
  pageSize: number;
}): ObjectInventory {
  const { s3, buckets, pageSize } = options;
  return {
    async objects(shelf, after) {
      const { Contents = [], IsTruncated } = await s3.send(
        new ListObjectsV2Command({ Bucket: buckets[shelf], MaxKeys: pageSize, StartAfter: after }),
      );
      const objects = Contents.map(({ Key = '', LastModified }) => ({
        key: Key,
        modifiedAt: (LastModified ?? new Date()).toISOString(),
      }));
      return { objects, next: IsTruncated === true ? objects.at(-1)?.key : undefined };
    },

    async sendings(after) {
      const [KeyMarker, UploadIdMarker] = after === undefined ? [] : markers.parse(JSON.parse(after));
      const page = await s3.send(
        new ListMultipartUploadsCommand({
          Bucket: buckets.incoming,
          MaxUploads: pageSize,
          KeyMarker,
          UploadIdMarker,
        }),
      );
      const sendings = (page.Uploads ?? []).map(({ Key = '', UploadId = '', Initiated }) => ({
        key: Key,
        storeId: UploadId,
        begunAt: (Initiated ?? new Date()).toISOString(),
      }));
      const more = page.IsTruncated === true && page.NextKeyMarker !== undefined;
      return {
        sendings,
        next: more ? JSON.stringify([page.NextKeyMarker, page.NextUploadIdMarker]) : undefined,
      };
    },

    async keysBelow(shelf, prefix) {
      const keys = new Set<string>();
      let continuation: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectsV2Command({
            Bucket: buckets[shelf],
            Prefix: prefix,
            ContinuationToken: continuation,
          }),
        );
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.add(Key);
        continuation = page.NextContinuationToken;
      } while (continuation !== undefined);
      return keys;
    },

    async uploadOfCopy(key) {
      try {
        const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: buckets.copies, Key: key }));
        return Metadata?.[UPLOAD_OF_COPY];
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },

    async remove(shelf, keys) {
      if (keys.length === 0) return;
      const { Errors = [] } = await s3.send(
        new DeleteObjectsCommand({
          Bucket: buckets[shelf],
          Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
        }),
      );
      if (Errors.length > 0) throw new Error(`${Errors.length} objects could not be deleted`);
    },

    abortSending: ({ key, storeId }) => abortSending(s3, buckets.incoming, key, storeId),
  };
}
