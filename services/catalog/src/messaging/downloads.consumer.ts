import { z } from '@hono/zod-openapi';
import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';
import type { MessageHandler } from '@cairn/shared/messaging/sqs-consumer';
import type { DownloadGrant } from '../domain/downloads/download-grant.ts';
import { MAX_GRANT_AGE_DAYS } from '../domain/downloads/mark-grants.ts';
import { parseMessage } from './catalog-message.ts';

const DAY_MS = 86_400_000;
const id = z.string().regex(/^[\w.+-]{1,64}$/);

const grantMessage = z.object({
  id,
  asin: id,
  release_id: id,
  version: id,
  file_id: id,
  client: z.string().regex(/^[\w-]{0,64}$/),
  at: z.iso.datetime(),
  sheet: id.default('0'),
  engine: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6})?$/)
    .optional(),
});

/** Those that were sent together; older messages hold one each. */
const grantsMessage = z.union([
  z.object({ grants: z.array(grantMessage).min(1).max(1_000) }).transform(({ grants }) => grants),
  grantMessage.transform((grant) => [grant]),
]);

/** Sharing its group has not helped a message that was received so often, and may be the others' misfortune. */
const RECEIVES_IN_COMPANY = 3;

interface Group {
  readonly grants: DownloadGrant[];
  readonly full: PromiseWithResolvers<void>;
  readonly counted: Promise<void>;
}

export interface DownloadsConsumerDeps {
  count: (grants: readonly DownloadGrant[]) => Promise<void>;
  /** How long a message waits for others. */
  gatherMs: number;
  /** A group that has so many grants waits no longer. */
  maxGroup: number;
  now: () => Date;
}

/**
 * Counts messages in groups, one group after the other, since a total costs the same for one grant and for
 * many. Which messages share a group does not matter, nor does a group that fails: each of its messages comes
 * again.
 */
export function downloadsConsumer({ count, gatherMs, maxGroup, now }: DownloadsConsumerDeps): MessageHandler {
  let open: Group | undefined;
  let before: Promise<unknown> = Promise.resolve();

  function openGroup(): Group {
    const grants: DownloadGrant[] = [];
    const full = Promise.withResolvers<void>();
    const timer = setTimeout(full.resolve, gatherMs);
    const counted = Promise.all([before, full.promise]).then(() => {
      clearTimeout(timer);
      if (open?.grants === grants) open = undefined;
      return count(grants);
    });
    before = counted.catch(() => undefined);
    return { grants, full, counted };
  }

  return async ({ body, receiveCount }) => {
    const grants = parseMessage(grantsMessage, body, 'not a download grant');
    const oldest = now().getTime() - MAX_GRANT_AGE_DAYS * DAY_MS;
    // They were sent together, so either all of them are too old or none, but for a moment.
    if (grants.some(({ at }) => Date.parse(at) < oldest)) {
      throw new PoisonMessageError(`older than ${MAX_GRANT_AGE_DAYS} days`);
    }
    if (receiveCount > RECEIVES_IN_COMPANY) return count(grants);
    open ??= openGroup();
    const group = open;
    group.grants.push(...grants);
    if (group.grants.length >= maxGroup) {
      group.full.resolve();
      open = undefined;
    }
    await group.counted;
  };
}
