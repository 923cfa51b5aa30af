import type { ServerResponse } from 'node:http';
import { endpoint, requirePrincipal } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { createRoute, z } from '@hono/zod-openapi';
import type { GetReceipt } from '../domain/following/get-receipt.ts';
import { isFinal } from '../domain/following/shown-state.ts';
import type { UploadWatch, UploadWatches } from '../domain/following/watch-uploads.ts';
import { eventText, HEARTBEAT, retryText, streamOf } from './event-stream.ts';
import type { Followers } from './followers.ts';
import { decodeEventId, type SeenProgress } from './seen-progress.ts';
import { eventsSince } from './upload-events.ts';
import { uploadParams } from './upload-schemas.ts';

const EXAMPLE = `retry: 1000

event: file
id: AQMAygGmJxfB5A
data: {"file_id":"file_01jd3k5w6he0rtgq5h2tqf7zqk","stage":"accepted","percent":100}

event: upload
id: AQQAyqLpAJ8h1g
data: {"upload_id":"upload_01jd3k5w6he0rtgq5h2tqf7zqk","asin":"asset_01jd3k5w6he0rtgq5h2tqf7zqk","state":"published"}

`;

const route = createRoute({
  method: 'get',
  path: '/v1/uploads/{upload_id}/events',
  operationId: 'FollowUpload',
  tags: ['Uploads'],
  summary: 'Follow an upload as server-sent events',
  description:
    'First the whole receipt (`receipt`, a Receipt), then each file that is further (`file`, a FileEvent) and each new state of the upload (`upload`, an UploadEvent), ending with the one that is final. A stream also ends when its token does and after some minutes: come back with the `id` of the last event in `Last-Event-ID`, and only what has changed since is told, by whichever server. An id that is not known tells the whole receipt again; after the final event the answer is 204, upon which an EventSource stops. What changes faster than it can be told is told as it is at last.',
  request: {
    params: uploadParams,
    headers: z.object({
      'last-event-id': z
        .string()
        .optional()
        .openapi({ description: 'Of the last event that was received', example: 'AQMAygGmJxfB5A' }),
    }),
  },
  responses: {
    200: {
      description: 'The events, as they come',
      content: { 'text/event-stream': { schema: z.string(), example: EXAMPLE } },
    },
    204: { description: 'The final event has been received before: there is nothing to follow' },
    ...problems(...SIGNED_IN_PROBLEMS, 'request.invalid', 'request.rate_limited', 'upload.not_found'),
  },
});

export interface FollowUploadRouteDeps {
  getReceipt: GetReceipt;
  watches: UploadWatches;
  followers: Followers;
  heartbeatMs: number;
}

const RETRY_MS = 1_000;
/** How long a stream that has to end may take to hand out what it has begun, before it is cut. */
const CUT_MS = 1_000;
const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // For proxies that collect answers before they pass them on.
  'x-accel-buffering': 'no',
};

export const followUploadRoute = (deps: FollowUploadRouteDeps) =>
  endpoint(route, async (c) => {
    const { userId, expiresAt } = requirePrincipal(c);
    const uploadId = c.req.valid('param').upload_id;
    await deps.getReceipt(userId, uploadId);
    const seen = decodeEventId(uploadId, c.req.valid('header')['last-event-id'] ?? '');
    if (seen?.state !== undefined && isFinal(seen.state)) return c.body(null, 204);
    if (c.req.method === 'HEAD') return c.body(null, 200, HEADERS);

    const follower = deps.followers.open(userId, expiresAt);
    const watch = deps.watches.watch(uploadId);
    const cut = cutWhenStuck(follower.signal, c.env?.outgoing);
    const pieces = tell(watch, seen, deps.heartbeatMs, follower.signal);
    const body = streamOf(pieces, () => {
      cut.cancel();
      watch.close();
      follower.close();
    });
    return new Response(body, { headers: HEADERS });
  });

async function* tell(
  watch: UploadWatch,
  known: SeenProgress | undefined,
  heartbeatMs: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield retryText(RETRY_MS);
  let seen = known;
  let number = 0;
  for (;;) {
    const sighting = await watch.next(number, heartbeatMs, signal);
    if (signal.aborted) return;
    if (sighting === undefined) {
      yield HEARTBEAT;
      continue;
    }
    number = sighting.number;
    // It was removed: whoever comes back is told that it is not known.
    if (sighting.snapshot === undefined) return;
    const news = eventsSince(seen, sighting.snapshot);
    seen = news.seen;
    if (news.events.length > 0) yield news.events.map(eventText).join('');
    if (news.over) return;
  }
}

/** A reader that takes nothing would keep its stream, and the process that stops, for as long as it likes. */
function cutWhenStuck(signal: AbortSignal, outgoing: ServerResponse | undefined): { cancel(): void } {
  const end = () => {
    const timer = setTimeout(() => outgoing?.destroy(), CUT_MS);
    outgoing?.once('close', () => clearTimeout(timer));
  };
  signal.addEventListener('abort', end, { once: true });
  return { cancel: () => signal.removeEventListener('abort', end) };
}
