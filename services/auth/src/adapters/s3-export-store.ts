import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import {
  archiveKey,
  EXPORT_PARTS,
  exportsOf,
  partKey,
  partsFolder,
} from '@cairn/shared/exports/export-parts';
import { s3ExportObjects } from '@cairn/shared/exports/s3-export-objects';
import type { ExportStore } from '../domain/exporting/account-export.ts';
import { EXPORT_README } from './export-readme.ts';
import { zipArchive } from './zip-archive.ts';

const URL_SECONDS = 300;

/** `publicS3` is a client for the endpoint that users reach: the host is part of what is signed. */
export function s3ExportStore(options: {
  readonly s3: S3Client;
  readonly publicS3: S3Client;
  readonly bucket: string;
  readonly now: () => Date;
}): ExportStore {
  const { s3, bucket: Bucket } = options;
  const objects = s3ExportObjects({ s3, bucket: Bucket });

  async function open(Key: string): Promise<Readable> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    if (!(Body instanceof Readable)) throw new Error('an object without a body');
    return Body;
  }

  async function removeBelow(prefix: string, before?: Date): Promise<void> {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: prefix })) {
      const Objects = Contents.flatMap(({ Key, LastModified }) => {
        if (Key === undefined) return [];
        return before !== undefined && (LastModified === undefined || LastModified >= before)
          ? []
          : [{ Key }];
      });
      if (Objects.length === 0) continue;
      const { Errors = [] } = await s3.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
      );
      if (Errors.length > 0) throw new Error(`${Errors.length} objects could not be deleted`);
    }
  }

  return {
    ...objects,

    async assemble(of, dateRequested) {
      const parts = EXPORT_PARTS.map((part) => ({
        name: `${part}.json`,
        open: () => open(partKey(of, part)),
      }));
      const readme = { name: 'README.txt', open: async () => Readable.from([Buffer.from(EXPORT_README)]) };
      const hash = createHash('sha256');
      let size_bytes = 0;
      async function* measured(chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          size_bytes += chunk.length;
          yield chunk;
        }
      }
      await objects.put(archiveKey(of), measured(zipArchive([readme, ...parts], new Date(dateRequested))));
      return { size_bytes, sha256: hash.digest('hex') };
    },

    removeParts: (of) => removeBelow(partsFolder(of)),
    removeArchive: (of) => objects.remove(archiveKey(of)),
    removeAllOf: (userId) => removeBelow(exportsOf(userId)),
    removeOlderThan: (date) => removeBelow('', date),

    async presign(of) {
      const signingDate = options.now();
      const command = new GetObjectCommand({
        Bucket,
        Key: archiveKey(of),
        ResponseContentDisposition: 'attachment; filename="cairn-export.zip"',
        ResponseContentType: 'application/zip',
        ResponseCacheControl: 'no-store',
      });
      const url = await getSignedUrl(options.publicS3, command, { expiresIn: URL_SECONDS, signingDate });
      return { url, expiresAt: new Date(signingDate.getTime() + URL_SECONDS * 1_000) };
    },
  };
}
