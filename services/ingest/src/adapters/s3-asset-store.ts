import type { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { AssetStore } from '../domain/ports.ts';
import { collectPieces, type DoneWith } from './collect-pieces.ts';
import { UPLOAD_OF_COPY } from './s3-incoming-store.ts';
import { removePrefix } from './s3-prefix.ts';

export function s3AssetStore(options: {
  s3: S3Client;
  assetsBucket: string;
  mediaBucket: string;
}): AssetStore {
  const { s3, assetsBucket, mediaBucket } = options;
  const doneWith = collectPieces();
  return {
    async read(key, signal) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: assetsBucket, Key: key }), {
        abortSignal: signal,
      });
      if (Body === undefined) throw new Error('the copy has no body');
      return withoutStalls(Body as unknown as Readable, signal, doneWith);
    },
    async readRange(key, offset, length, signal) {
      const Range = `bytes=${offset}-${offset + length - 1}`;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: assetsBucket, Key: key, Range }), {
        abortSignal: AbortSignal.any([signal, AbortSignal.timeout(STALL_MS)]),
      });
      const bytes = await Body?.transformToByteArray();
      if (bytes?.byteLength !== length) throw new Error('the store gave other bytes than were asked for');
      return bytes;
    },
    async putManifest(key, ndjson, uploadId) {
      await s3.send(
        new PutObjectCommand({
          Bucket: assetsBucket,
          Key: key,
          Body: ndjson,
          ContentType: 'application/x-ndjson',
          Metadata: { [UPLOAD_OF_COPY]: uploadId },
        }),
      );
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

/** How long the store may take for the next bytes of a body. */
const STALL_MS = 30_000;

/** A body that can be given up, and that gives up itself when nothing comes. Waiting readers do not count. */
async function* withoutStalls(
  body: Readable,
  signal: AbortSignal,
  doneWith: DoneWith,
): AsyncGenerator<Uint8Array> {
  const giveUp = () =>
    void body.destroy(new Error('reading the copy was given up', { cause: signal.reason }));
  signal.addEventListener('abort', giveUp);
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const timer = setTimeout(() => body.destroy(new Error('the store has stalled')), STALL_MS);
      const { done, value } = await pieces.next().finally(() => clearTimeout(timer));
      if (done === true) return;
      yield value;
      doneWith(value.byteLength);
    }
  } finally {
    signal.removeEventListener('abort', giveUp);
    body.destroy();
  }
}
