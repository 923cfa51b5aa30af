import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { AssetStore } from '../domain/ports.ts';
import { removePrefix } from './s3-prefix.ts';

export function s3AssetStore(options: {
  s3: S3Client;
  assetsBucket: string;
  mediaBucket: string;
}): AssetStore {
  const { s3, assetsBucket, mediaBucket } = options;
  return {
    async read(key, signal) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: assetsBucket, Key: key }), {
        abortSignal: signal,
      });
      if (Body === undefined) throw new Error('the copy has no body');
      return Body as unknown as AsyncIterable<Uint8Array>;
    },
    async putPicture(key, webp) {
      await s3.send(
        new PutObjectCommand({
          Bucket: mediaBucket,
          Key: key,
          Body: webp,
          ContentType: 'image/webp',
          // The key is of this attempt alone, so what is behind it never changes.
          CacheControl: 'public, max-age=31536000, immutable',
        }),
      );
    },
    async removeCopy(key) {
      await s3.send(new DeleteObjectCommand({ Bucket: assetsBucket, Key: key }));
    },
    removeCopies: (prefix, keep) => removePrefix(s3, assetsBucket, prefix, keep),
    removePictures: (prefix, keep) => removePrefix(s3, mediaBucket, prefix, keep),
  };
}
