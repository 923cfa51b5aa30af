import { newId } from '@cairn/shared/ids';
import type { AssetRecord } from '@cairn/shared/records/asset-record';
import type { Publication, PublicationResult } from '@cairn/shared/records/publication';
import { memoryQuotaLedger } from '../adapters/memory-quota-ledger.ts';
import { memoryAssetStore, memoryBuckets, memoryIncomingStore } from '../adapters/memory-stores.ts';
import { memoryUploadRepository } from '../adapters/memory-upload-repository.ts';
import { memoryIdempotencyStore } from '../adapters/memory-idempotency-store.ts';
import { abortUpload } from '../domain/abort-upload.ts';
import { cleanUpUpload } from '../domain/clean-up-upload.ts';
import { completeFile } from '../domain/complete-file.ts';
import { declareOnce } from '../domain/declare-once.ts';
import { getFileUrls } from '../domain/get-file-urls.ts';
import { listUploads } from '../domain/list-uploads.ts';
import { declareUpload, type DeclaredUpload } from '../domain/declare-upload.ts';
import { followDeletion } from '../domain/follow-deletion.ts';
import { inspectArrivedFile } from '../domain/inspect-arrived-file.ts';
import { limitsFrom } from '../domain/limits.ts';
import type { Finding, Inspector } from '../domain/ports.ts';
import { settleUpload } from '../domain/settle-upload.ts';
import { sweepUploads } from '../domain/sweep-uploads.ts';
import { incomingKey, type UploadFile } from '../domain/upload.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Stands before every port, for tests that let calls fail or whole processes die. */
export type Through = <Port extends object>(port: Port) => Port;

/** The domain of ingest on memory twins, with everything that a test wants to steer or to look at. */
export function memoryIngest(through: Through = (port) => port) {
  const clock = { at: new Date('2026-11-22T12:00:00.000Z') };
  const now = () => clock.at;
  const deletedUsers = new Set<string>();
  const isUserDeleted = async (userId: string) => deletedUsers.has(userId);
  const uploads = through(memoryUploadRepository());
  const quotas = through(memoryQuotaLedger());
  const buckets = memoryBuckets();
  const incoming = through(memoryIncomingStore(buckets));
  const assets = through(memoryAssetStore(buckets));
  const limits = limitsFrom({
    maxFileBytes: 5 * GIB,
    multipartThresholdBytes: 32 * MIB,
    quotaBytes: GIB,
    quotaAssets: 10,
    quotaOpenUploads: 5,
  });
  const secondLooks: string[] = [];

  const accepted: Finding = {
    outcome: 'accepted',
    mediaType: 'application/octet-stream',
    picture: undefined,
  };
  const inspector = {
    verdict: async (): Promise<Finding> => accepted,
    calls: 0,
  };
  const look = () => {
    inspector.calls += 1;
    return inspector.verdict();
  };
  const inspectorPort: Inspector = { inspectFile: look, inspectPicture: look };

  /** Every publication that was made, in order. */
  const published: string[] = [];
  /** What is visible in the catalog now. */
  const records = new Set<string>();
  /** Assets whose deletion the catalog has announced. */
  const deletionEvents: string[] = [];
  const tombstones = new Set<string>();
  const publicationResult: { next: PublicationResult } = { next: { outcome: 'published', revision: 1 } };
  const catalog = new Map<string, AssetRecord>();
  const publication = through<Publication>({
    async findAsset(asin) {
      return catalog.get(asin);
    },
    async createAsset({ asin }) {
      if (tombstones.has(asin)) return { outcome: 'asset_gone' };
      if (publicationResult.next.outcome === 'published' && !records.has(asin)) {
        published.push(asin);
        records.add(asin);
      }
      return publicationResult.next;
    },
    async addRelease(release) {
      if (publicationResult.next.outcome === 'published') published.push(release.release_id);
      return publicationResult.next;
    },
    async withdraw({ asin }) {
      if (records.delete(asin)) deletionEvents.push(asin);
      tombstones.add(asin);
    },
  });

  const cleanUp = cleanUpUpload({ uploads, quotas, incoming, assets, secondPassSeconds: 900, now });
  const settle = settleUpload({ uploads, quotas, publication, isUserDeleted, cleanUp, now, newId });
  const inspect = inspectArrivedFile({
    uploads,
    incoming,
    assets,
    inspector: inspectorPort,
    settle,
    leaseSeconds: 60,
    now,
  });
  const declare = declareUpload({
    uploads,
    quotas,
    incoming,
    isUserDeleted,
    findAsset: (asin) => publication.findAsset(asin),
    limits,
    firstLookSeconds: 10,
    now,
    newId,
  });
  const keys = memoryIdempotencyStore();
  const declareWithKey = declareOnce({
    declare,
    keys,
    uploads,
    incoming,
    cleanUp,
    urlLifetimeSeconds: limits.urlLifetimeSeconds,
    leaseSeconds: 30,
    now,
    newId,
  });
  const sweep = sweepUploads({
    uploads,
    incoming,
    requestSecondLook: async (key) => void secondLooks.push(key),
    settle,
    cleanUp,
    firstLookSeconds: 10,
    now,
  });

  return {
    clock,
    deletedUsers,
    uploads,
    quotas,
    buckets,
    catalog,
    limits,
    secondLooks,
    inspector,
    published,
    records,
    tombstones,
    deletionEvents,
    publicationResult,
    settle,
    declare,
    declareWithKey,
    keys,
    fileUrls: getFileUrls({ uploads, incoming, limits }),
    complete: completeFile({ uploads, incoming }),
    abort: abortUpload({ uploads, cleanUp, now }),
    list: listUploads({ uploads }),
    sweep,
    follow: followDeletion({ uploads, quotas, cleanUp, now }),
    advance(seconds: number) {
      clock.at = new Date(clock.at.getTime() + seconds * 1000);
    },
    put(file: UploadFile, bytes: Uint8Array) {
      buckets.incoming.set(incomingKey(file), bytes);
    },
    arrive: (file: UploadFile, sequencer?: string) =>
      inspect({ uploadId: file.upload_id, fileId: file.file_id, sequencer }, new AbortController().signal),
    async state(declared: DeclaredUpload) {
      return (await uploads.find(declared.upload.upload_id))?.state;
    },
  };
}
