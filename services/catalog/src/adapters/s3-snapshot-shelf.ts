import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { SnapshotShelf, StoredSnapshot } from '../domain/replica/snapshot-shelf.ts';
import { putInParts } from '@cairn/shared/aws/put-in-parts';
import { readInRanges } from './s3-ranges.ts';

const FOLDER = 'catalog';
const SEQ_DIGITS = 16;
const PARTS = ['records', 'index'] as const;

/**
 * `catalog/{seq}-{milliseconds}-{writer}/records`, `.../index`, and `.../whole`, which comes last: what has
 * none is unfinished. Names are never used twice, so nobody overwrites what another reads.
 */
export function s3SnapshotShelf(options: {
  s3: S3Client;
  bucket: string;
  newName: () => string;
}): SnapshotShelf {
  const { s3, bucket: Bucket, newName } = options;

  async function keysByName(): Promise<Map<string, string[]>> {
    const names = new Map<string, string[]>();
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: s3 },
      { Bucket, Prefix: `${FOLDER}/` },
    )) {
      for (const { Key = '' } of Contents) {
        const name = Key.split('/')[1] ?? '';
        names.set(name, [...(names.get(name) ?? []), Key]);
      }
    }
    return names;
  }

  const wholeOnes = (keys: ReadonlyMap<string, readonly string[]>): StoredSnapshot[] =>
    [...keys]
      .filter(([name, all]) => all.includes(keyOf(name, 'whole')))
      .flatMap(([name]) => snapshotOf(name) ?? [])
      // Numbers in names are padded, so that names sort as they do.
      .sort((a, b) => (a.name < b.name ? 1 : -1));

  async function remove(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const Objects = keys.map((Key) => ({ Key }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  }

  async function abortBegunBefore(begunBefore: Date): Promise<void> {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: `${FOLDER}/` }));
    for (const { Key, UploadId, Initiated } of Uploads) {
      if (Initiated === undefined || Initiated >= begunBefore) continue;
      await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    }
  }

  return {
    list: async () => wholeOnes(await keysByName()),

    async open(name) {
      const records = await readInRanges(s3, { Bucket, Key: keyOf(name, 'records') });
      const index = await readInRanges(s3, { Bucket, Key: keyOf(name, 'index') });
      return records && index && { records, index };
    },

    async put(seq, at, parts) {
      const name = `${String(seq).padStart(SEQ_DIGITS, '0')}-${at.getTime()}-${newName()}`;
      const written = await Promise.allSettled(
        PARTS.map((part) => putInParts(s3, { Bucket, Key: keyOf(name, part) }, parts[part])),
      );
      const failed = written.find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      await s3.send(new PutObjectCommand({ Bucket, Key: keyOf(name, 'whole'), Body: 'whole\n' }));
    },

    async tidy(kept, begunBefore) {
      const keys = await keysByName();
      const whole = wholeOnes(keys);
      for (const { name } of whole.slice(kept)) {
        // The mark first: what is half removed must not be in the list.
        await remove([keyOf(name, 'whole')]);
        await remove(PARTS.map((part) => keyOf(name, part)));
      }
      const isWhole = new Set(whole.map(({ name }) => name));
      for (const [name, all] of keys) {
        const begunAt = snapshotOf(name)?.at;
        if (!isWhole.has(name) && begunAt !== undefined && begunAt < begunBefore) await remove(all);
      }
      await abortBegunBefore(begunBefore);
    },
  };
}

const keyOf = (name: string, part: (typeof PARTS)[number] | 'whole') => `${FOLDER}/${name}/${part}`;

function snapshotOf(name: string): StoredSnapshot | undefined {
  const [seq, at] = name.split('-').map(Number);
  if (seq === undefined || at === undefined || Number.isNaN(seq) || Number.isNaN(at)) return undefined;
  return { name, seq, at: new Date(at) };
}
