import { DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

/**
 * Deletes everything below a prefix, a thousand keys at a time; rejects when a key could not be deleted.
 * Listing starts over after each batch, so that objects which appear meanwhile go too.
 */
export async function removePrefix(s3: S3Client, bucket: string, prefix: string): Promise<void> {
  if (!/^[^/]+\/(.+\/)?$/.test(prefix)) throw new Error('a prefix must name a folder');
  for (;;) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    if (Contents.length === 0) return;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: Contents.map(({ Key }) => ({ Key })), Quiet: true },
      }),
    );
    if (Errors.length > 0) throw new Error(`${Errors.length} objects could not be deleted`);
  }
}
