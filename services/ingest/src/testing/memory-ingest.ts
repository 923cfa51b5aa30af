import { newId } from '@cairn/shared/ids';
import { memoryObjectInventory } from '../adapters/memory-object-inventory.ts';
import { memoryPassProgress } from '../adapters/memory-pass-progress.ts';
import { memoryQuotaLedger } from '../adapters/memory-quota-ledger.ts';
import { memoryAssetStore, memoryBuckets, memoryIncomingStore } from '../adapters/memory-stores.ts';
import { memoryUploadRepository } from '../adapters/memory-upload-repository.ts';
import { memoryIdempotencyStore } from '../adapters/memory-idempotency-store.ts';
import { abortUpload } from '../domain/sending/abort-upload.ts';
import { cleanUpUpload } from '../domain/ending/clean-up-upload.ts';
import { completeFile } from '../domain/sending/complete-file.ts';
import { declareOnce } from '../domain/declaring/declare-once.ts';
import { countArrivedBytes } from '../domain/sending/arrived-bytes.ts';
import { getReceipt, lookAtUpload } from '../domain/following/get-receipt.ts';
import { getFileUrls } from '../domain/sending/get-file-urls.ts';
import { listUploads } from '../domain/following/list-uploads.ts';
import { declareUpload, type DeclaredUpload } from '../domain/declaring/declare-upload.ts';
import { followRemoval } from '../domain/ending/follow-removal.ts';
import { followDeletion } from '../domain/ending/follow-deletion.ts';
import { inspectArrivedFile } from '../domain/inspecting/inspect-arrived-file.ts';
import { limitsFrom, type Quota } from '../domain/limits.ts';
import type { MissingObjects } from '../domain/orphans/missing-objects.ts';
import { orphanPasses } from '../domain/orphans/orphan-passes.ts';
import type { Finding } from '../domain/inspecting/findings.ts';
import type { MalwareScanner } from '../domain/inspecting/malware-scanner.ts';
import type { FileToInspect, Inspector } from '../domain/ports.ts';
import { settleUpload } from '../domain/ending/settle-upload.ts';
import { sweepOrphans } from '../domain/orphans/sweep-orphans.ts';
import { sweepUploads } from '../domain/ending/sweep-uploads.ts';
import { tryDeclaration } from '../domain/declaring/try-declaration.ts';
import { memoryPublication } from './memory-publication.ts';
import { incomingKey, type UploadFile } from '../domain/upload.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Stands before every port, for tests that let calls fail or whole processes die. */
export type Through = <Port extends object>(port: Port) => Port;

/** The domain of ingest on memory twins, with everything that a test wants to steer or to look at. */
export function memoryIngest(
  through: Through = (port) => port,
  quota: Quota = { bytes: GIB, assets: 10, openUploads: 5 },
  scanner?: MalwareScanner,
) {
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
    quotaBytes: quota.bytes,
    quotaAssets: quota.assets,
    quotaOpenUploads: quota.openUploads,
  });
  const secondLooks: string[] = [];

  const accepted: Finding = {
    outcome: 'accepted',
    media_type: 'application/octet-stream',
  };
  const inspector = {
    verdict: async (_file: FileToInspect): Promise<Finding> => accepted,
    calls: 0,
  };
  const look = (file: FileToInspect) => {
    inspector.calls += 1;
    return inspector.verdict(file);
  };
  const inspectorPort: Inspector = { inspect: look };

  const memory = memoryPublication();
  const { published, records, deletionEvents, tombstones, publicationResult, catalog } = memory;
  const publication = through(memory.publication);

  const cleanUp = cleanUpUpload({
    uploads,
    quotas,
    incoming,
    assets,
    publication,
    isUserDeleted,
    secondPassSeconds: 900,
    now,
  });
  const settle = settleUpload({ uploads, quotas, publication, isUserDeleted, cleanUp, now, newId });
  const inspect = inspectArrivedFile({
    uploads,
    incoming,
    assets,
    inspector: inspectorPort,
    scanner,
    settle,
    leaseSeconds: 60,
    now,
  });
  const countArrived = countArrivedBytes({ incoming, now });
  const declare = declareUpload({
    uploads,
    quotas,
    incoming,
    findAsset: (asin) => publication.findAsset(asin),
    limits,
    firstLookSeconds: 10,
    now,
    newId,
  });
  const keys = through(memoryIdempotencyStore());
  const follow = {
    ...followDeletion({ uploads, quotas, keys, settle, cleanUp, now }),
    removed: followRemoval({ quotas, findAsset: (asin) => publication.findAsset(asin) }),
  };
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
    quotas,
    incoming,
    requestSecondLook: async (key) => void secondLooks.push(key),
    settle,
    isUserDeleted,
    cleanUp,
    firstLookSeconds: 10,
    now,
  });
  /** When an object or a sending was made, where that was not long ago. */
  const madeAt = new Map<string, string>();
  const missing: MissingObjects[] = [];
  const orphans = sweepOrphans({
    passes: orphanPasses({
      uploads,
      quotas,
      publication,
      isUserDeleted,
      follow,
      records: {
        async releases() {
          return { releases: [...memory.releases.values()], next: undefined };
        },
        async assets() {
          const all = [...catalog.values()];
          return { assets: all.filter((item) => item.status === 'published'), next: undefined };
        },
      },
      inventory: through(
        memoryObjectInventory(buckets, (id) => madeAt.get(id) ?? '2026-01-01T00:00:00.000Z'),
      ),
      report: (found) => void missing.push(found),
      graceSeconds: 86_400,
      now,
    }),
    progress: memoryPassProgress(),
    restSeconds: 3_600,
    report: () => undefined,
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
    tryDeclaration: tryDeclaration({
      quotas,
      findAsset: (asin) => publication.findAsset(asin),
      limits,
      newId,
    }),
    keys,
    fileUrls: getFileUrls({ uploads, incoming, limits }),
    complete: completeFile({ uploads, incoming }),
    receipt: getReceipt({ uploads, countArrived }),
    look: lookAtUpload({ uploads, countArrived }),
    abort: abortUpload({ uploads, cleanUp, now }),
    list: listUploads({ uploads }),
    sweep,
    follow,
    sweepOrphans: orphans,
    missing,
    madeAt,
    releases: memory.releases,
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
