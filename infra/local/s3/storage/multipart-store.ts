import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { BlobStore } from './blob-store.ts';
import type { Bucket, BucketStore } from './bucket-store.ts';
import type { Checksum, ChecksumAlgorithm } from './checksums.ts';
import { assembleParts, digestOfParts, type RequestedPart } from './multipart-assembly.ts';
import { S3Error } from '../errors.ts';
import { createKeyLock } from './key-lock.ts';
import type { ObjectDescription } from './object-record.ts';
import type { ObjectStore, Origin, Precondition } from './object-store.ts';
import { listDir, readJson, writeJson, type TempDir } from './plain-files.ts';

export interface UploadPart {
  partNumber: number;
  sizeBytes: number;
  /** The MD5 of the part, in hex. */
  etag: string;
  blobId: string;
  lastModified: string;
  checksum?: { algorithm: ChecksumAlgorithm; value: string } | undefined;
}

export interface CompletedUpload {
  etag: string;
  checksum?: Checksum | undefined;
}

interface UploadRecord {
  id: string;
  key: string;
  initiated: string;
  description: ObjectDescription;
  checksumAlgorithm?: ChecksumAlgorithm | undefined;
  /** Kept after completion, so that a Complete whose answer was lost can be repeated. */
  completed?: (CompletedUpload & { partsDigest: string; at: string }) | undefined;
}

export interface Upload extends UploadRecord {
  readonly bucket: Bucket;
  readonly dir: string;
  readonly parts: Map<number, UploadPart>;
}

export interface MultipartStore {
  create(
    bucket: Bucket,
    key: string,
    description: ObjectDescription,
    checksumAlgorithm: ChecksumAlgorithm | undefined,
  ): Promise<Upload>;
  /** An upload that is still open. Throws NoSuchUpload. */
  require(bucket: Bucket, key: string, uploadId: string): Upload;
  listOpen(bucket: Bucket): Upload[];
  /** Takes the blob over, unless it rejects. */
  addPart(upload: Upload, part: Omit<UploadPart, 'lastModified'>): Promise<UploadPart>;
  complete(
    bucket: Bucket,
    key: string,
    uploadId: string,
    requested: readonly RequestedPart[],
    options: { origin: Origin; precondition: Precondition | undefined },
  ): Promise<CompletedUpload>;
  abort(upload: Upload): Promise<void>;
  /** Forgets the uploads of a bucket that is gone. */
  dropBucket(bucket: Bucket): Promise<void>;
  blobIds(): string[];
}

export interface MultipartStoreDeps {
  buckets: BucketStore;
  blobs: BlobStore;
  objects: ObjectStore;
  temp: TempDir;
  now: () => Date;
}

const REMEMBER_COMPLETED_MS = 7 * 24 * 60 * 60 * 1000;

export async function openMultipartStore(deps: MultipartStoreDeps): Promise<MultipartStore> {
  const { blobs, objects, temp, now } = deps;
  const lock = createKeyLock();
  const uploads = new Map<string, Upload>();
  const forgetBefore = now().getTime() - REMEMBER_COMPLETED_MS;

  const save = ({ id, key, initiated, description, checksumAlgorithm, completed, dir }: Upload) => {
    const record: UploadRecord = { id, key, initiated, description, checksumAlgorithm, completed };
    return writeJson(temp, join(dir, 'upload.json'), record);
  };
  const removeParts = async (upload: Upload) => {
    for (const partNumber of upload.parts.keys()) await rm(partPath(upload, partNumber), { force: true });
    upload.parts.clear();
  };
  const removeDir = (dir: string) => {
    const doomed = temp.newPath();
    renameSync(dir, doomed);
    return rm(doomed, { recursive: true, force: true });
  };
  const discard = (parts: Iterable<UploadPart>) =>
    blobs.discard([...parts].map((part) => part.blobId)).catch(() => undefined);

  for (const bucket of deps.buckets.list()) {
    for (const id of listDir(join(bucket.dir, 'uploads'))) {
      const dir = join(bucket.dir, 'uploads', id);
      const upload = existsSync(join(dir, 'upload.json')) ? loadUpload(bucket, dir) : undefined;
      if (!upload || (upload.completed && Date.parse(upload.completed.at) < forgetBefore)) {
        await removeDir(dir);
        continue;
      }
      await settleKilledCompletion(upload);
      uploads.set(id, upload);
    }
  }

  /** The object is written before its upload is marked; a kill between the two is settled here. */
  async function settleKilledCompletion(upload: Upload): Promise<void> {
    const record = upload.bucket.objects.get(upload.key);
    if (!upload.completed && record?.upload?.id === upload.id) {
      upload.completed = {
        etag: record.etag,
        checksum: record.checksum,
        partsDigest: record.upload.partsDigest,
        at: record.lastModified,
      };
      await save(upload);
    }
    if (upload.completed) await removeParts(upload);
  }

  const find = (bucket: Bucket, key: string, uploadId: string): Upload => {
    const upload = uploads.get(uploadId);
    if (!upload || upload.bucket !== bucket || upload.key !== key) {
      throw new S3Error('NoSuchUpload', undefined, { details: { UploadId: uploadId } });
    }
    return upload;
  };
  const requireOpen = (bucket: Bucket, key: string, uploadId: string): Upload => {
    const upload = find(bucket, key, uploadId);
    if (upload.completed) throw new S3Error('NoSuchUpload', undefined, { details: { UploadId: uploadId } });
    return upload;
  };

  return {
    async create(bucket, key, description, checksumAlgorithm) {
      const id = randomBytes(32).toString('base64url');
      const dir = join(bucket.dir, 'uploads', id);
      mkdirSync(dir, { recursive: true });
      const initiated = now().toISOString();
      const upload: Upload = {
        id,
        key,
        initiated,
        description,
        checksumAlgorithm,
        bucket,
        dir,
        parts: new Map(),
      };
      await save(upload);
      uploads.set(id, upload);
      return upload;
    },

    require: requireOpen,

    listOpen: (bucket) =>
      [...uploads.values()].filter((upload) => upload.bucket === bucket && !upload.completed),

    addPart: (upload, part) =>
      lock(upload.id, async () => {
        requireOpen(upload.bucket, upload.key, upload.id);
        const stored = { ...part, lastModified: now().toISOString() };
        await writeJson(temp, partPath(upload, part.partNumber), stored);
        const replaced = upload.parts.get(part.partNumber);
        upload.parts.set(part.partNumber, stored);
        await discard(replaced ? [replaced] : []);
        return stored;
      }),

    complete: (bucket, key, uploadId, requested, { origin, precondition }) =>
      lock(uploadId, async () => {
        const upload = find(bucket, key, uploadId);
        const partsDigest = digestOfParts(requested);
        if (upload.completed) {
          if (upload.completed.partsDigest === partsDigest) return upload.completed;
          throw new S3Error('NoSuchUpload', undefined, { details: { UploadId: uploadId } });
        }
        const assembled = assembleParts(upload, requested);
        const record = await objects.put(
          bucket,
          key,
          { ...upload.description, ...assembled.draft, upload: { id: uploadId, partsDigest } },
          { eventName: 'ObjectCreated:CompleteMultipartUpload', origin, precondition },
        );
        const { etag, checksum, lastModified: at } = record;
        upload.completed = { etag, checksum, partsDigest, at };
        await save(upload);
        await removeParts(upload);
        await discard(assembled.unused);
        return upload.completed;
      }),

    abort: (upload) =>
      lock(upload.id, async () => {
        requireOpen(upload.bucket, upload.key, upload.id);
        uploads.delete(upload.id);
        await removeDir(upload.dir);
        await discard(upload.parts.values());
      }),

    async dropBucket(bucket) {
      for (const upload of uploads.values()) {
        if (upload.bucket !== bucket) continue;
        uploads.delete(upload.id);
        await discard(upload.parts.values());
      }
    },

    blobIds: () =>
      [...uploads.values()].flatMap((upload) => [...upload.parts.values()].map((part) => part.blobId)),
  };
}

function partPath(upload: Upload, partNumber: number): string {
  return join(upload.dir, `part-${String(partNumber).padStart(5, '0')}.json`);
}

function loadUpload(bucket: Bucket, dir: string): Upload {
  const parts = listDir(dir)
    .filter((file) => file.startsWith('part-'))
    .map((file) => readJson(join(dir, file)) as UploadPart);
  return {
    ...(readJson(join(dir, 'upload.json')) as UploadRecord),
    bucket,
    dir,
    parts: new Map(parts.map((part) => [part.partNumber, part])),
  };
}
