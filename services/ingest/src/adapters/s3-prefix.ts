import { DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

/**
 * Deletes everything below a prefix but the named keys, a page of at most a thousand at a time; rejects when
 * a key could not be deleted, and whoever asked comes back.
 */
export async function removePrefix(
  s3: S3Client,
  bucket: string,
  prefix: string,
  keep: ReadonlySet<string> = new Set(),
): Promise<void> {
  if (!/^[^/]+\/(.+\/)?$/.test(prefix)) throw new Error('a prefix must name a folder');
  let continuation: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: continuation }),
    );
    const keys = (page.Contents ?? []).flatMap(({ Key }) =>
      Key === undefined || keep.has(Key) ? [] : [Key],
    );
    if (keys.length > 0) {
      const { Errors = [] } = await s3.send(
        new DeleteObjectsCommand({
          Bucket: bucket,
          Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
        }),
      );
      if (Errors.length > 0) throw new Error(`${Errors.length} objects could not be deleted`);
    }
    continuation = page.NextContinuationToken;
  } while (continuation !== undefined);
}
