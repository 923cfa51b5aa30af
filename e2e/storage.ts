import type { ApiClient } from '@cairn/tools/client/api-client';
import { inject } from 'vitest';
import { anUpload, aRegisteredUser } from './builders.ts';

/**
 * What moto, the emulator of the containers, gets wrong of S3. A test that cannot hold there is skipped with the
 * reason, or expects that; on any other storage, AWS's own too, it runs.
 */
const MOTO_DEVIATIONS = {
  signatures: 'moto takes whatever is sent: it looks at no signature, no expiry and no checksum',
  downloadNames: 'moto ignores response-content-disposition',
  missingObjects:
    'moto takes response-content-type in a URL for a header, misses it, and answers 403 of what is not there',
} as const;

type Deviation = keyof typeof MOTO_DEVIATIONS;

let known: Promise<boolean> | undefined;

/** Why a test cannot hold on the storage of the product under test; undefined where it can. */
export async function deviationOf(api: ApiClient, what: Deviation): Promise<string | undefined> {
  known ??= isMoto(api);
  return (await known) ? MOTO_DEVIATIONS[what] : undefined;
}

/** Only a product that somebody else has started can have another storage than ours. */
async function isMoto(api: ApiClient): Promise<boolean> {
  if (!inject('isTarget')) return false;
  const owner = await aRegisteredUser(api);
  const { declaration } = await anUpload({ pictures: [] });
  const [file] = (await api.declareUpload(owner.token, declaration)).files;
  if (file?.put === undefined) throw new Error('the receipt holds no URL');
  const answer = await fetch(new URL('/moto-api/', file.put.url));
  await answer.body?.cancel();
  return answer.status === 200;
}
