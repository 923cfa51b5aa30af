import { createApp } from '@cairn/shared/http/create-app';
import { signedInEndpoints } from '@cairn/shared/http/endpoint';
import { newId } from '@cairn/shared/ids';
import { silentLogger } from '@cairn/shared/logging/logger';
import { watchUploads } from '../domain/following/watch-uploads.ts';
import { followUploadRoute } from '../http/follow-upload.route.ts';
import { createFollowers } from '../http/followers.ts';
import { aDeclaration, aDeclaredFile } from './builders.ts';
import { memoryIngest } from './memory-ingest.ts';

const BYTES = Buffer.from('abc');
const HOUR_MS = 3_600_000;

interface Following {
  lastEventId?: string;
  user?: string;
  method?: string;
  expiresAt?: number;
}

/** Two files of one upload, and streams of its events; a token is its user's id. */
export async function aFollowedUpload(
  options: { maxMs?: number; perUser?: number; perProcess?: number } = {},
) {
  const h = memoryIngest();
  const owner = newId('user');
  const files = [aDeclaredFile(BYTES, 'a.bin'), aDeclaredFile(BYTES, 'b.bin')];
  const declared = await h.declare(owner, aDeclaration({ files }));
  const uploadId = declared.upload.upload_id;
  let looks = 0;

  function aReplica() {
    const watches = watchUploads({
      look: (id) => {
        looks += 1;
        return h.look(id);
      },
      pollMs: 2,
      maxPollMs: 5,
      onError: () => undefined,
    });
    const followers = createFollowers({
      perUser: options.perUser ?? 10,
      perProcess: options.perProcess ?? 10,
      maxMs: options.maxMs ?? HOUR_MS,
      now: () => new Date(),
    });
    const app = createApp({ service: 'ingest', logger: silentLogger() });
    const verify = async (token: string) => {
      const [userId = '', expiresAt = ''] = token.split('~');
      const scopes = new Set(['assets:read']);
      return { userId, username: 'u', sessionId: 's', scopes, expiresAt: Number(expiresAt) };
    };
    signedInEndpoints(app, verify, 'assets:read', [
      followUploadRoute({ getReceipt: h.receipt, watches, followers, heartbeatMs: 20 }),
    ]);
    return {
      followers,
      follow({ lastEventId, user = owner, method = 'GET', expiresAt }: Following = {}, id = uploadId) {
        const until = expiresAt ?? Math.floor(Date.now() / 1000) + 600;
        return app.request(`/v1/uploads/${id}/events`, {
          method,
          headers: {
            authorization: `Bearer ${user}~${until}`,
            ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
          },
        });
      },
    };
  }

  return {
    h,
    owner,
    uploadId,
    declared,
    aReplica,
    ...aReplica(),
    looks: () => looks,
    async arrive(position: number, bytes = BYTES) {
      const file = declared.files[position];
      if (file === undefined) throw new Error('no such file was declared');
      h.put(file, bytes);
      await h.arrive(file);
    },
  };
}
