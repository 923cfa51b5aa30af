import { isDeepStrictEqual } from 'node:util';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { putToStorage } from '@cairn/tools/client/transfer';
import { createApiClient, type ApiClient } from '@cairn/tools/client/api-client';
import type { Receipt, ReceiptFile } from '@cairn/tools/client/wire';
import type { BenchContext, Measured } from '../benchmark.ts';
import type { BenchProduct } from '../product/bench-product.ts';
import { signUp } from '../product/sign-up.ts';
import { inTurns } from '../statistics/in-turns.ts';
import { percentile } from '../statistics/percentile.ts';
import { aDeclaration, declaredFile, hasEnded } from './declaration.ts';
import { noisyJpeg } from './noisy-jpeg.ts';
import { rawPictures, type MadePicture } from './raw-pictures.ts';

const WARM_UP = 5;
const TRIALS = 30;
const POLL_MS = 4;
const PIECE_BYTES = 2 ** 16;
const NOTE = Buffer.from('Made by a benchmark.\n');

/** From the last byte of a picture to `published`, less what sharp alone takes for the same pictures. */
export async function measureReadiness(
  { signal, say }: BenchContext,
  product: BenchProduct,
): Promise<Measured[]> {
  const jpeg = await noisyJpeg();
  say(`readiness: ${TRIALS} uploads of a JPEG of ${(jpeg.length / 1e6).toFixed(2)} MB`);
  // Asked directly: the gateway's share of each look at the receipt would only delay the next one.
  const ingest = createApiClient(product.service('ingest').url);
  const token = await signUp(product.api);
  let rawMs = 0;
  let made: readonly MadePicture[] = [];

  const raw = async () => {
    const startedAt = performance.now();
    made = await rawPictures(jpeg);
    rawMs = performance.now() - startedAt;
    return rawMs;
  };
  const upload = async () => {
    const declared = await product.api.declareUpload(token, {
      ...aDeclaration(),
      files: [declaredFile('note.txt', NOTE, 'text/plain')],
      pictures: [declaredFile('cover.jpg', jpeg, 'image/jpeg')],
    });
    const { upload_id: id } = declared;
    await send(entryOf(declared, 'file'), NOTE);
    await poll(ingest, token, id, (receipt) => entryOf(receipt, 'file').stage === 'accepted', signal);
    const lastByteAt = await send(entryOf(declared, 'picture'), jpeg);
    // It cannot be ready before sharp alone would be, and until then asking would only be in its way.
    await delay(Math.max(0, lastByteAt + rawMs * 0.9 - performance.now()), undefined, { signal });
    await poll(ingest, token, id, ({ state }) => state === 'published', signal);
    return { ms: performance.now() - lastByteAt, asin: declared.asin };
  };

  await inTurns(WARM_UP, raw, upload);
  const { first, second } = await inTurns(TRIALS, raw, upload);
  await checkOutputs(product.api, second.at(-1)?.asin ?? '', made, signal);
  const [alone, ready] = [
    percentile(first, 50),
    percentile(
      second.map(({ ms }) => ms),
      50,
    ),
  ];
  return [
    {
      metric: 'ready_overhead_ms',
      value: ready - alone,
      reference: `p50 of raw sharp: ${alone.toFixed(0)} ms; of uploads: ${ready.toFixed(0)} ms`,
      trials: TRIALS,
    },
  ];
}

function entryOf(receipt: Receipt, role: ReceiptFile['role']): ReceiptFile {
  const entry = receipt.files.find((file) => file.role === role);
  if (entry === undefined) throw new Error(`the receipt lists no ${role}`);
  return entry;
}

/** When the last of its bytes was handed to the network. */
async function send({ put, path }: ReceiptFile, bytes: Buffer): Promise<number> {
  if (put === undefined) throw new Error(`there is no URL for ${path}`);
  let lastByteAt = 0;
  const open = () => Readable.from(pieces(bytes));
  const { status } = await putToStorage(put, { sizeBytes: bytes.length, open }, () => {
    lastByteAt = performance.now();
  });
  if (status !== 200) throw new Error(`the storage answered ${status} to ${path}`);
  return lastByteAt;
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

async function poll(
  ingest: ApiClient,
  token: string,
  uploadId: string,
  done: (receipt: Receipt) => boolean,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const receipt = await ingest.receipt(token, uploadId);
    if (done(receipt)) return;
    if (hasEnded(receipt)) throw new Error(`the upload is ${receipt.state}`);
    await delay(POLL_MS, undefined, { signal });
  }
}

/** The comparison is fair only while sharp alone makes what the product makes. */
async function checkOutputs(
  api: ApiClient,
  asin: string,
  made: readonly MadePicture[],
  signal: AbortSignal,
): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
  for (;;) {
    const answer = await api.call({ method: 'GET', path: `/v1/assets/${asin}` });
    const asset = answer.body as Awaited<ReturnType<ApiClient['asset']>>;
    if (answer.status === 200) {
      const sizes = asset.images[0]?.variants.map(({ width, height }) => ({ width, height }));
      if (isDeepStrictEqual(sizes, made)) return;
      throw new Error('the product makes other pictures than the reference');
    }
    await delay(50, undefined, { signal: deadline });
  }
}
