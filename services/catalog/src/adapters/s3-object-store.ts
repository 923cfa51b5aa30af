import { DeleteObjectsCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectStore } from '../domain/ports.ts';
import { isFolder } from './folder-prefix.ts';

const MAX_KEYS = 1_000;
const MAX_TRIES = 3;

export function s3ObjectStore(options: { s3: S3Client; bucket: string }): ObjectStore {
  const { s3, bucket: Bucket } = options;

  /** S3 answers 200 and names the keys that it could not delete; only those are tried again. */
  async function deleteKeys(keys: readonly string[]): Promise<void> {
    let left = keys;
    for (let tries = 0; left.length > 0; tries += 1) {
      if (tries === MAX_TRIES) throw new Error(`${left.length} objects of ${Bucket} could not be deleted`);
      const Objects = left.map((Key) => ({ Key }));
      const { Errors = [] } = await s3.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
      );
      left = Errors.flatMap(({ Key, Code }) => (Key === undefined || Code === 'NoSuchKey' ? [] : [Key]));
    }
  }

  return {
    async deletePrefix(prefix) {
      if (!isFolder(prefix)) {
        throw new Error('a prefix is the name of one folder, or of two, each with its slash');
      }
      let found = 0;
      const pages = paginateListObjectsV2({ client: s3, pageSize: MAX_KEYS }, { Bucket, Prefix: prefix });
      for await (const { Contents = [] } of pages) {
        const keys = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
        await deleteKeys(keys);
        found += keys.length;
      }
      return found;
    },
  };
}
