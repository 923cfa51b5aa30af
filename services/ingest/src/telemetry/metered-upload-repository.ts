import type { Logger } from '@cairn/shared/logging/logger';
import type { Metrics } from '@cairn/shared/telemetry/metrics';
import type { UploadRepository } from '../domain/ports.ts';

/** Counts and logs what becomes of uploads and files, once each: a repeated step changes nothing and tells nothing. */
export function meteredUploadRepository(
  uploads: UploadRepository,
  metrics: Metrics,
  logger: Logger,
): UploadRepository {
  const ended = metrics.counter('cairn_uploads_ended_total');
  const refusals = metrics.counter('cairn_upload_refusals_total');
  return {
    ...uploads,
    async rejectFile(file, token, refusal) {
      const counted = await uploads.rejectFile(file, token, refusal);
      if (counted) {
        refusals.inc({ code: refusal.code });
        const { upload_id, file_id } = file;
        logger.info({ upload_id, file_id, refusal: refusal.code }, 'file refused');
      }
      return counted;
    },
    async moveTo(uploadId, to, change) {
      const moved = await uploads.moveTo(uploadId, to, change);
      if (moved && to !== 'publishing') {
        ended.inc({ state: to });
        logger.info({ upload_id: uploadId, state: to, refusal: change.refusal?.code }, 'upload changed');
        if (change.refusal !== undefined) refusals.inc({ code: change.refusal.code });
      }
      return moved;
    },
  };
}
