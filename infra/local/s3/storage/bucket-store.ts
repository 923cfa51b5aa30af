import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { CorsRule } from '../http/cors.ts';
import { S3Error } from '../errors.ts';
import { KeyIndex } from './key-index.ts';
import { createKeyLock } from './key-lock.ts';
import type { QueueConfiguration } from '../notifications/notification-rules.ts';
import type { ObjectRecord } from './object-record.ts';
import { listDir, readJson, writeJson, type TempDir } from './plain-files.ts';

export interface BucketConfig {
  createdAt: string;
  cors?: CorsRule[] | undefined;
  /** The policy document as it was given; the only kind there is makes objects readable by anybody. */
  publicReadPolicy?: string | undefined;
  notifications?: QueueConfiguration[] | undefined;
}

export interface Bucket {
  readonly name: string;
  readonly dir: string;
  readonly objects: KeyIndex<ObjectRecord>;
  config: BucketConfig;
  /** Commits under way; a bucket is not deleted under them. */
  activeCommits: number;
}

export interface BucketStore {
  get(name: string): Bucket | undefined;
  /** Throws NoSuchBucket. */
  require(name: string): Bucket;
  list(): Bucket[];
  create(name: string): Promise<void>;
  delete(name: string): Promise<void>;
  configure(bucket: Bucket, change: Partial<BucketConfig>): Promise<void>;
}

/** A key can be anything, a file name cannot: the digest is safe, short and as unique as needed. */
export function objectFilePath(bucket: Bucket, key: string): string {
  return join(bucket.dir, 'objects', `${createHash('sha256').update(key).digest('hex')}.json`);
}

export function openBucketStore(dir: string, temp: TempDir, now: () => Date): BucketStore {
  const buckets = new Map<string, Bucket>();
  // Two changes at once, of the CORS rules and the policy say, must both stay.
  const lock = createKeyLock();
  for (const name of listDir(dir)) {
    const bucketDir = join(dir, name);
    // A directory without its file is a creation that was killed; nobody was told that it succeeded.
    if (existsSync(join(bucketDir, 'bucket.json'))) buckets.set(name, loadBucket(name, bucketDir));
  }

  const require: BucketStore['require'] = (name) => {
    const bucket = buckets.get(name);
    if (!bucket) throw new S3Error('NoSuchBucket', undefined, { details: { BucketName: name } });
    return bucket;
  };

  return {
    get: (name) => buckets.get(name),
    require,
    list: () => [...buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),

    async create(name) {
      if (!isBucketName(name)) {
        throw new S3Error('InvalidBucketName', undefined, { details: { BucketName: name } });
      }
      if (buckets.has(name)) {
        throw new S3Error('BucketAlreadyOwnedByYou', undefined, { details: { BucketName: name } });
      }
      const bucket: Bucket = {
        name,
        dir: join(dir, name),
        objects: KeyIndex.from<ObjectRecord>([]),
        config: { createdAt: now().toISOString() },
        activeCommits: 0,
      };
      buckets.set(name, bucket);
      try {
        mkdirSync(join(bucket.dir, 'objects'), { recursive: true });
        await writeJson(temp, join(bucket.dir, 'bucket.json'), bucket.config);
      } catch (error) {
        buckets.delete(name);
        throw error;
      }
    },

    async delete(name) {
      const bucket = require(name);
      if (bucket.objects.size > 0) {
        throw new S3Error('BucketNotEmpty', undefined, { details: { BucketName: name } });
      }
      if (bucket.activeCommits > 0) throw new S3Error('OperationAborted');
      buckets.delete(name);
      const doomed = temp.newPath();
      // Synchronous, so that a bucket created with this name next finds its place empty.
      renameSync(bucket.dir, doomed);
      await rm(doomed, { recursive: true, force: true });
    },

    configure: (bucket, change) =>
      lock(bucket.name, async () => {
        const config = { ...bucket.config, ...change };
        await writeJson(temp, join(bucket.dir, 'bucket.json'), config);
        bucket.config = config;
      }),
  };
}

function loadBucket(name: string, dir: string): Bucket {
  const objectsDir = join(dir, 'objects');
  const records = listDir(objectsDir).map((file) => readJson(join(objectsDir, file)) as ObjectRecord);
  return {
    name,
    dir,
    objects: KeyIndex.from(records.map((record) => [record.key, record] as const)),
    config: readJson(join(dir, 'bucket.json')) as BucketConfig,
    activeCommits: 0,
  };
}

function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name)
  );
}
