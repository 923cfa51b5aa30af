import { rm } from 'node:fs/promises';

import type { BlobStore, Segment } from './blob-store.ts';
import { objectFilePath, type Bucket, type BucketStore } from './bucket-store.ts';
import { S3Error } from '../errors.ts';
import { eventMessage, type ObjectEvent } from '../notifications/event-message.ts';
import { createKeyLock } from './key-lock.ts';
import { matches, type EventName } from '../notifications/notification-rules.ts';
import type { ObjectDraft, ObjectRecord } from './object-record.ts';
import type { Outbox, PendingMessage } from '../notifications/outbox.ts';
import { writeJson, type TempDir } from './plain-files.ts';
import type { Sequencer } from '../notifications/sequencer.ts';

/** Throws when the change must not be made, given what is there now. */
export type Precondition = (current: ObjectRecord | undefined) => void;

/** Who made the change, as events tell it. */
export interface Origin {
  requestId: string;
  sourceIp: string;
}

export interface ObjectStore {
  /**
   * Makes the draft the object's current version. The check, the write and the event of one key are one step:
   * of racing conditional writes exactly one wins. When it rejects, the draft's files are still the caller's.
   */
  put(
    bucket: Bucket,
    key: string,
    draft: ObjectDraft,
    options: { eventName: EventName; origin: Origin; precondition?: Precondition | undefined },
  ): Promise<ObjectRecord>;
  /** Removing what is not there is fine. */
  remove(
    bucket: Bucket,
    key: string,
    options: { origin: Origin; precondition?: Precondition | undefined },
  ): Promise<void>;
}

export interface ObjectStoreDeps {
  buckets: BucketStore;
  blobs: BlobStore;
  outbox: Outbox;
  sequencer: Sequencer;
  temp: TempDir;
  region: string;
  now: () => Date;
}

export function createObjectStore(deps: ObjectStoreDeps): ObjectStore {
  const { blobs, outbox, sequencer, temp, now } = deps;
  const lock = createKeyLock();

  const commit = async <Result>(bucket: Bucket, key: string, work: () => Promise<Result>) =>
    lock(`${bucket.name}/${key}`, async () => {
      if (deps.buckets.get(bucket.name) !== bucket) throw new S3Error('NoSuchBucket');
      bucket.activeCommits += 1;
      try {
        return await work();
      } finally {
        bucket.activeCommits -= 1;
      }
    });

  const messagesFor = (bucket: Bucket, event: Omit<ObjectEvent, 'region' | 'bucketName'>) =>
    (bucket.config.notifications ?? [])
      .filter((rule) => matches(rule, event.eventName, event.key))
      .map<PendingMessage>((rule) => ({
        queueArn: rule.queueArn,
        body: eventMessage({ ...event, region: deps.region, bucketName: bucket.name }, rule.id),
        change: {
          bucket: bucket.name,
          key: event.key,
          sequencer: event.sequencer,
          kind: event.content ? 'created' : 'removed',
        },
      }));

  const makeChange = async (messages: PendingMessage[], change: () => Promise<void>) => {
    const prepared = await outbox.prepare(messages);
    try {
      await change();
    } catch (error) {
      await prepared.cancel();
      throw error;
    }
    await prepared.confirm();
  };

  const discard = (segments: readonly Segment[]) =>
    // The change is made; a file that stays is collected at the next start.
    blobs.discard(segments.map((segment) => segment.blobId)).catch(() => undefined);

  return {
    put: (bucket, key, draft, { eventName, origin, precondition }) =>
      commit(bucket, key, async () => {
        const previous = bucket.objects.get(key);
        precondition?.(previous);
        const time = now();
        const record: ObjectRecord = {
          ...draft,
          key,
          lastModified: time.toISOString(),
          sequencer: sequencer.next(),
        };
        const content = { sizeBytes: record.sizeBytes, etag: record.etag };
        const messages = messagesFor(bucket, {
          ...origin,
          eventName,
          time,
          key,
          sequencer: record.sequencer,
          content,
        });
        await makeChange(messages, async () => {
          await writeJson(temp, objectFilePath(bucket, key), record);
          bucket.objects.set(key, record);
        });
        await discard(previous?.segments ?? []);
        return record;
      }),

    remove: (bucket, key, { origin, precondition }) =>
      commit(bucket, key, async () => {
        const previous = bucket.objects.get(key);
        precondition?.(previous);
        if (!previous) return;
        const event = {
          ...origin,
          eventName: 'ObjectRemoved:Delete' as const,
          time: now(),
          key,
          sequencer: sequencer.next(),
        };
        await makeChange(messagesFor(bucket, event), async () => {
          await rm(objectFilePath(bucket, key));
          bucket.objects.delete(key);
        });
        await discard(previous.segments);
      }),
  };
}
