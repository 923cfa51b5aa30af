import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';

/** At most 10,000 of them make one object. */
const PART_BYTES = 16 << 20;

/** Writes chunks of any size as one object, which is there as a whole at the end or not at all; memory is one part. */
export async function putInParts(
  s3: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const parts = partsOf(chunks);
  const first = await parts.next();
  if (first.done === true) throw new Error('there is always a part');
  if (first.value.length < PART_BYTES) {
    await s3.send(new PutObjectCommand({ ...object, Body: first.value }));
    return;
  }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(object));
  try {
    const Parts: CompletedPart[] = [];
    for await (const Body of following(first.value, parts)) {
      const PartNumber = Parts.length + 1;
      const { ETag } = await s3.send(new UploadPartCommand({ ...object, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag });
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    // What stays of it is removed by a later pass.
    await s3.send(new AbortMultipartUploadCommand({ ...object, UploadId })).catch(() => undefined);
    throw error;
  }
}

async function* following<T>(first: T, others: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* others;
}

/** Only the last one is shorter than PART_BYTES. */
async function* partsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    gathered.push(chunk);
    bytes += chunk.length;
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    bytes = 0;
  }
  yield Buffer.concat(gathered);
}
