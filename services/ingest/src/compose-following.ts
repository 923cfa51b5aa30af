import type { Logger } from '@cairn/shared/logging/logger';
import type { IngestConfig } from './config.ts';
import { countArrivedBytes } from './domain/sending/arrived-bytes.ts';
import { getReceipt, lookAtUpload } from './domain/following/get-receipt.ts';
import type { IncomingStore, UploadRepository } from './domain/ports.ts';
import { watchUploads } from './domain/following/watch-uploads.ts';
import type { FollowUploadRouteDeps } from './http/follow-upload.route.ts';
import { createFollowers } from './http/followers.ts';

/** Well below what any proxy takes for an idle connection. */
const HEARTBEAT_MS = 15_000;

/** What tells people how their uploads are getting on: receipts, and streams of events. */
export function composeFollowing({
  config,
  uploads,
  incoming,
  logger,
  now,
}: {
  config: IngestConfig;
  uploads: UploadRepository;
  incoming: IncomingStore;
  logger: Logger;
  now: () => Date;
}): FollowUploadRouteDeps {
  const countArrived = countArrivedBytes({ incoming, now });
  return {
    getReceipt: getReceipt({ uploads, countArrived }),
    watches: watchUploads({
      look: lookAtUpload({ uploads, countArrived }),
      pollMs: 500,
      maxPollMs: 2_000,
      onError: (err) => logger.warn({ err }, 'an upload that is followed could not be read'),
    }),
    followers: createFollowers({
      perUser: config.FOLLOW_STREAMS_PER_USER,
      perProcess: config.FOLLOW_STREAMS,
      maxMs: config.FOLLOW_MAX_SECONDS * 1000,
      now,
    }),
    heartbeatMs: HEARTBEAT_MS,
  };
}
