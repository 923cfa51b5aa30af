import type { IsUserDeleted } from '@cairn/shared/records/user-tombstone';
import type { CleanUpUpload } from './clean-up-upload.ts';
import type { IncomingStore, QuotaLedger, RequestSecondLook, UploadRepository } from '../ports.ts';
import type { Refusal } from '../refusals.ts';
import type { SettleUpload } from './settle-upload.ts';
import { incomingKey, isOpen, type Upload, type UploadFile } from '../upload.ts';

export interface SweepUploadsDeps {
  uploads: UploadRepository;
  quotas: Pick<QuotaLedger, 'release'>;
  incoming: IncomingStore;
  requestSecondLook: RequestSecondLook;
  settle: SettleUpload;
  isUserDeleted: IsUserDeleted;
  cleanUp: CleanUpUpload;
  firstLookSeconds: number;
  now: () => Date;
}

/**
 * Looks at the uploads whose date has come; resolves to how many there were. Rejects after all of them when
 * one could not be looked at: it must not keep the others from their turn.
 */
export type SweepUploads = (signal?: AbortSignal) => Promise<number>;

const BATCH = 50;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * Nothing depends on an event or a message alone: every upload that is not over has a date, and is looked
 * at then. Files whose event was lost get a second look, complete uploads are settled, old ones expire.
 */
export function sweepUploads(deps: SweepUploadsDeps): SweepUploads {
  return async (signal) => {
    const ids = await deps.uploads.due(deps.now().toISOString(), BATCH);
    const failures: unknown[] = [];
    for (const id of ids) {
      if (signal?.aborted === true) break;
      await lookAt(deps, id).catch((error: unknown) => void failures.push(error));
    }
    if (failures.length > 0)
      throw new AggregateError(failures, 'some uploads could not be swept', { cause: failures[0] });
    return ids.length;
  };
}

async function lookAt(deps: SweepUploadsDeps, uploadId: string): Promise<void> {
  const whole = await deps.uploads.findWhole(uploadId);
  if (whole === undefined) return;
  const { upload, files } = whole;
  const now = deps.now();
  // The index may be behind the item: somebody else has been here.
  if (upload.due_at === undefined || upload.due_at > now.toISOString()) return;
  if (!isOpen(upload.state)) return deps.cleanUp(uploadId);
  if (upload.state === 'declaring') return forget(deps, upload, now.toISOString());
  const abandoned = upload.state !== 'publishing' && (await deps.isUserDeleted(upload.user_id));
  if (abandoned) return end(deps, upload, 'aborted', { code: 'user.deleted' });
  const expired = upload.deadline <= now.toISOString() && upload.state !== 'publishing';
  if (expired) {
    const missing = files.find((file) => file.state === 'waiting');
    return end(deps, upload, 'expired', { code: 'file.not_received', detail: missing?.path });
  }
  if (!(await deps.uploads.reschedule(uploadId, upload.due_at, nextLook(deps, upload, now)))) return;
  for (const file of files.filter((each) => needsLook(each, now))) {
    const key = incomingKey(file);
    if ((await deps.incoming.head(key)) !== undefined) await deps.requestSecondLook(key);
  }
  await deps.settle(uploadId);
}

/** A declaration that was cut off: nobody was told of it, and from the first write on nobody will be. */
async function forget(deps: SweepUploadsDeps, { upload_id, charged_to }: Upload, at: string): Promise<void> {
  if (!(await deps.uploads.moveTo(upload_id, 'aborted', { now: at, dueAt: at }))) return;
  await deps.quotas.release(charged_to, upload_id);
  await deps.uploads.remove(upload_id);
}

async function end(
  deps: SweepUploadsDeps,
  { upload_id }: Upload,
  to: 'aborted' | 'expired',
  refusal: Refusal,
): Promise<void> {
  const now = deps.now().toISOString();
  await deps.uploads.moveTo(upload_id, to, { now, dueAt: now, refusal });
  await deps.cleanUp(upload_id);
}

function needsLook(file: UploadFile, now: Date): boolean {
  if (file.state === 'waiting') return true;
  return file.state === 'inspecting' && (file.lease === undefined || file.lease.until <= now.toISOString());
}

/** Half of the upload's age, between the first pause and five minutes: a lost event is found early. */
function nextLook(deps: Pick<SweepUploadsDeps, 'firstLookSeconds'>, upload: Upload, now: Date): string {
  const ageMs = now.getTime() - Date.parse(upload.created_at);
  const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(deps.firstLookSeconds * 1000, ageMs / 2));
  return new Date(now.getTime() + pauseMs).toISOString();
}
