import type { Sections } from '@cairn/shared/exports/json-document';
import type { IdempotencyStore, QuotaLedger, UploadRepository } from '../ports.ts';
import type { Upload, UploadFile } from '../upload.ts';

const PAGE = 100;

/**
 * What ingest knows of a user, for an export: every upload of the last weeks, as it was declared and as it ended,
 * which of them had an Idempotency-Key, and the quota. Left out is how the work on a file goes (leases, the store's
 * ids, keys of objects).
 */
export function collectUploads(deps: {
  readonly uploads: Pick<UploadRepository, 'ofUser' | 'findWhole'>;
  readonly quotas: Pick<QuotaLedger, 'usage'>;
  readonly keys: Pick<IdempotencyStore, 'ofUser'>;
  readonly now: () => Date;
}): (userId: string) => Promise<Sections> {
  async function* uploadsOf(userId: string) {
    let after: string | undefined;
    do {
      const page = await deps.uploads.ofUser(userId, { limit: PAGE, after });
      for (const id of page.ids) {
        const whole = await deps.uploads.findWhole(id);
        if (whole?.upload.user_id === userId) yield described(whole.upload, whole.files);
      }
      after = page.next;
    } while (after !== undefined);
  }

  return async (userId) => {
    const [{ bytes, assets, openUploads }, keys] = await Promise.all([
      deps.quotas.usage(userId),
      deps.keys.ofUser(userId, deps.now()),
    ]);
    return {
      quota: { bytes, assets, open_uploads: openUploads },
      idempotency_keys: keys.map(({ uploadId, state, keptUntil }) => ({
        upload_id: uploadId,
        state,
        kept_until: keptUntil,
      })),
      uploads: uploadsOf(userId),
    };
  };
}

function described(upload: Upload, files: readonly UploadFile[]) {
  const { due_at: _due, event_id: _event, main_file_id: _main, file_count: _count, ...told } = upload;
  return {
    ...told,
    files: files.map(({ file_id, role, path, size, sha256, content_type, state, refusal }) => ({
      file_id,
      role,
      path,
      size,
      sha256,
      content_type,
      state,
      refusal,
    })),
  };
}
