import { setTimeout as delay } from 'node:timers/promises';
import { bytesSource, putToStorage } from '@cairn/tools/client/transfer';
import type { BenchContext } from '../benchmark.ts';
import type { BenchProduct } from '../product/bench-product.ts';
import { signUp } from '../product/sign-up.ts';
import { aDeclaration, declaredFile } from '../upload/declaration.ts';
import { noisyJpeg } from '../upload/noisy-jpeg.ts';

const NOTE = Buffer.from('Made by a benchmark.\n');
const POLL_MS = 50;
const PUBLISHED_WITHIN_MS = 30_000;

/** An asset with one file and one picture, which the public sees; resolves to its asin. */
export async function publishAsset({ signal }: BenchContext, { api }: BenchProduct): Promise<string> {
  const jpeg = await noisyJpeg();
  const { asin, files } = await api.declareUpload(await signUp(api), {
    ...aDeclaration(),
    files: [declaredFile('note.txt', NOTE, 'text/plain')],
    pictures: [declaredFile('cover.jpg', jpeg, 'image/jpeg')],
  });
  for (const { put, role } of files) {
    if (put === undefined) throw new Error('a file has no address to be sent to');
    const { status } = await putToStorage(put, bytesSource(role === 'picture' ? jpeg : NOTE));
    if (status !== 200) throw new Error(`the storage answered ${status}`);
  }
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(PUBLISHED_WITHIN_MS)]);
  for (;;) {
    const { status } = await api.call({ method: 'GET', path: `/v1/assets/${asin}` });
    if (status === 200) return asin;
    await delay(POLL_MS, undefined, { signal: deadline });
  }
}
