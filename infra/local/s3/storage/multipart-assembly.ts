import { createHash } from 'node:crypto';

import { createChecksum, type Checksum } from './checksums.ts';
import { S3Error } from '../errors.ts';
import type { Upload, UploadPart } from './multipart-store.ts';
import type { ObjectDraft } from './object-record.ts';

export interface RequestedPart {
  partNumber: number;
  /** Without its quotes. */
  etag: string;
  checksum?: string | undefined;
}

type AssembledDraft = Pick<ObjectDraft, 'sizeBytes' | 'etag' | 'segments' | 'checksum'>;

const MIN_PART_BYTES = 5 * 1024 * 1024;

/** No byte is copied: the object refers to the files of its parts. */
export function assembleParts(
  upload: Upload,
  requested: readonly RequestedPart[],
): { draft: AssembledDraft; unused: UploadPart[] } {
  const parts = requested.map((request, index) => {
    const previous = requested[index - 1];
    if (previous && previous.partNumber >= request.partNumber) throw new S3Error('InvalidPartOrder');
    return matchingPart(upload, request);
  });
  for (const part of parts.slice(0, -1)) {
    if (part.sizeBytes < MIN_PART_BYTES) {
      throw new S3Error('EntityTooSmall', undefined, {
        details: {
          ETag: part.etag,
          PartNumber: String(part.partNumber),
          ProposedSize: String(part.sizeBytes),
          MinSizeAllowed: String(MIN_PART_BYTES),
        },
      });
    }
  }
  const md5 = createHash('md5');
  for (const part of parts) md5.update(part.etag, 'hex');
  const used = new Set(parts);
  return {
    draft: {
      sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
      etag: `${md5.digest('hex')}-${parts.length}`,
      segments: parts
        .filter((part) => part.sizeBytes > 0)
        .map(({ blobId, sizeBytes }) => ({ blobId, sizeBytes })),
      checksum: compositeChecksum(upload, parts),
    },
    unused: [...upload.parts.values()].filter((part) => !used.has(part) || part.sizeBytes === 0),
  };
}

export function digestOfParts(requested: readonly RequestedPart[]): string {
  const hash = createHash('sha256');
  for (const { partNumber, etag } of requested) hash.update(`${partNumber}:${etag}\n`);
  return hash.digest('hex');
}

function matchingPart(upload: Upload, request: RequestedPart): UploadPart {
  const part = upload.parts.get(request.partNumber);
  const checksumDiffers = request.checksum !== undefined && request.checksum !== part?.checksum?.value;
  if (!part || part.etag !== request.etag || checksumDiffers) {
    throw new S3Error('InvalidPart', undefined, {
      details: { UploadId: upload.id, PartNumber: String(request.partNumber), ETag: request.etag },
    });
  }
  return part;
}

function compositeChecksum(upload: Upload, parts: readonly UploadPart[]): Checksum | undefined {
  const algorithm = upload.checksumAlgorithm;
  if (!algorithm) return undefined;
  const digest = createChecksum(algorithm);
  for (const { checksum } of parts) {
    if (checksum?.algorithm !== algorithm) return undefined;
    digest.update(Buffer.from(checksum.value, 'base64'));
  }
  return {
    algorithm,
    value: `${digest.digest().toString('base64')}-${parts.length}`,
    type: 'COMPOSITE',
  };
}
