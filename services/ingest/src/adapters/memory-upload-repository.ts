import type { UploadRepository } from '../domain/ports.ts';
import { canBecome, isOpen, type Upload, type UploadFile } from '../domain/upload.ts';

/** The twin of the DynamoDB repository for unit tests; both pass upload-repository.contract.ts. */
export function memoryUploadRepository(): UploadRepository {
  const uploads = new Map<string, Upload>();
  const files = new Map<string, Map<string, UploadFile>>();
  const current = (file: Pick<UploadFile, 'upload_id' | 'file_id'>) =>
    files.get(file.upload_id)?.get(file.file_id);
  const put = (file: UploadFile) => {
    const own = files.get(file.upload_id) ?? new Map<string, UploadFile>();
    files.set(file.upload_id, own.set(file.file_id, file));
  };
  const underLease = (file: UploadFile, token: string, changes: Partial<UploadFile>): boolean => {
    const stored = current(file);
    if (stored?.lease?.token !== token) return false;
    put({ ...stored, ...changes });
    return true;
  };

  return {
    async create(upload, added = []) {
      uploads.set(upload.upload_id, upload);
      for (const file of added) put(file);
    },
    async remove(uploadId) {
      uploads.delete(uploadId);
      files.delete(uploadId);
    },
    async find(uploadId) {
      return uploads.get(uploadId);
    },
    async findFile(uploadId, fileId) {
      return files.get(uploadId)?.get(fileId);
    },
    async findWhole(uploadId) {
      const upload = uploads.get(uploadId);
      if (upload === undefined) return undefined;
      const own = [...(files.get(uploadId)?.values() ?? [])];
      return { upload, files: own.sort((a, b) => a.position - b.position) };
    },
    async keepStoreId(file, storeId) {
      const stored = current(file);
      if (stored?.multipart === undefined) return undefined;
      const kept = stored.multipart.store_id ?? storeId;
      put({ ...stored, multipart: { ...stored.multipart, store_id: kept } });
      return kept;
    },
    async claimFile(file, { token, until, now, sequencer }) {
      const stored = current(file);
      if (stored === undefined) return undefined;
      const free = stored.lease === undefined || stored.lease.until <= now || stored.lease.token === token;
      if (stored.state !== 'waiting' && !(stored.state === 'inspecting' && free)) return undefined;
      const claimed: UploadFile = { ...stored, state: 'inspecting', lease: { token, until }, sequencer };
      put(claimed);
      return claimed;
    },
    async renewLease(file, token, until) {
      return underLease(file, token, { lease: { token, until } });
    },
    async recordProgress(file, token, bytes) {
      if ((current(file)?.inspected_bytes ?? 0) < bytes) underLease(file, token, { inspected_bytes: bytes });
    },
    async recordFaults(file, token, faults) {
      underLease(file, token, { faults });
    },
    async releaseLease(file, token) {
      underLease(file, token, { lease: undefined });
    },
    async acceptFile(file, token, facts) {
      return underLease(file, token, { state: 'accepted', facts, lease: undefined });
    },
    async rejectFile(file, token, refusal) {
      return underLease(file, token, { state: 'rejected', refusal, lease: undefined });
    },
    async moveTo(uploadId, to, { dueAt, refusal, now }) {
      const upload = uploads.get(uploadId);
      if (upload === undefined || !canBecome(upload.state, to)) return false;
      uploads.set(uploadId, {
        ...upload,
        state: to,
        refusal,
        due_at: dueAt,
        ended_at: isOpen(to) ? undefined : now,
      });
      return true;
    },
    async reschedule(uploadId, from, to) {
      const upload = uploads.get(uploadId);
      if (upload?.due_at !== from) return false;
      uploads.set(uploadId, { ...upload, due_at: to });
      return true;
    },
    async due(now, limit) {
      return [...uploads.values()]
        .filter((upload) => upload.due_at !== undefined && upload.due_at <= now)
        .sort((a, b) => ((a.due_at ?? '') < (b.due_at ?? '') ? -1 : 1))
        .slice(0, limit)
        .map((upload) => upload.upload_id);
    },
    async ofUser(userId, { limit, after }) {
      const all = [...uploads.values()]
        .filter((upload) => upload.user_id === userId)
        .sort((a, b) => (a.created_at < b.created_at ? 1 : -1))
        .map((upload) => upload.upload_id);
      const from = after === undefined ? 0 : all.indexOf(after) + 1;
      const ids = all.slice(from, from + limit);
      return { ids, next: from + limit < all.length ? ids.at(-1) : undefined };
    },
  };
}
