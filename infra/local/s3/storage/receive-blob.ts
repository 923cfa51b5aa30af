import { rm } from 'node:fs/promises';

import type { ChecksumAlgorithm } from './checksums.ts';
import type { S3Deps } from '../operation.ts';
import { writeStream } from './plain-files.ts';
import type { ReceivedBody, RequestBody } from '../http/request-body.ts';

/**
 * Streams and verifies the body, then hands it to `keep` as a blob. Whatever fails, also `keep`, leaves no file.
 */
export async function receiveBlob<Result>(
  { temp, blobs }: Pick<S3Deps, 'temp' | 'blobs'>,
  body: Pick<RequestBody, 'receive'>,
  options: { maxBytes: number; checksumAlgorithm?: ChecksumAlgorithm | undefined },
  keep: (blobId: string, received: ReceivedBody) => Promise<Result>,
): Promise<Result> {
  const tempPath = temp.newPath();
  let received: ReceivedBody;
  try {
    received = await body.receive((chunks) => writeStream(tempPath, chunks), options);
  } catch (error) {
    await rm(tempPath, { force: true });
    throw error;
  }
  const blobId = await blobs.adopt(tempPath);
  try {
    return await keep(blobId, received);
  } catch (error) {
    await blobs.discard([blobId]);
    throw error;
  }
}
