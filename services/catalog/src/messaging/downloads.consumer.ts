import { z } from '@hono/zod-openapi';
import type { MessageHandler } from '@cairn/shared/messaging/sqs-consumer';
import type { DownloadGrant } from '../domain/downloads/download-grant.ts';
import { parseMessage } from './catalog-message.ts';

const grantMessage = z.object({
  id: z.string().min(1).max(64),
  asin: z.string().min(1).max(64),
  release_id: z.string().min(1).max(64),
  version: z.string().min(1).max(64),
  file_id: z.string().min(1).max(64),
  client: z.string().max(64),
  at: z.iso.datetime(),
});

interface Group {
  grants: DownloadGrant[];
  counted: Promise<void>;
}

/**
 * Counts messages in groups, since a total costs the same for one grant and for many. Which messages share a
 * group does not matter, nor does a group that fails: each of its messages comes again.
 */
export function downloadsConsumer(deps: {
  count: (grants: readonly DownloadGrant[]) => Promise<void>;
  /** How long a message waits for others. */
  gatherMs: number;
}): MessageHandler {
  let open: Group | undefined;

  function openGroup(): Group {
    const grants: DownloadGrant[] = [];
    const counted = new Promise<void>((resolve) => setTimeout(resolve, deps.gatherMs)).then(() => {
      open = undefined;
      return deps.count(grants);
    });
    return { grants, counted };
  }

  return async ({ body }) => {
    const grant = parseMessage(grantMessage, body, 'not a download grant');
    open ??= openGroup();
    open.grants.push(grant);
    await open.counted;
  };
}
