import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, type ApiClient } from '@cairn/tools/client/api-client';
import { putToStorage } from '@cairn/tools/client/transfer';
import type { PresignedPut, Receipt } from '@cairn/tools/client/wire';
import type { LargeFile } from './large-file.ts';
import { aDeclaration, hasEnded } from './declaration.ts';

/** The page of a file's URLs, as `GET /v1/uploads/{upload_id}/files/{file_id}/urls` gives it. */
interface PartsPage {
  readonly parts: readonly Part[];
  readonly next_from: number | null;
}

interface Part {
  readonly part_number: number;
  readonly offset: number;
  readonly size: number;
  readonly put?: PresignedPut;
}

const SENDERS = 4;
const POLL_MS = 250;

/** Declares the file, sends it in parts, completes it and waits until it is published, as a client does. */
export async function publishLargeFile(
  api: ApiClient,
  token: string,
  file: LargeFile,
  signal: AbortSignal,
): Promise<Receipt> {
  const declared = await api.declareUpload(token, {
    ...aDeclaration(),
    files: [
      { path: file.path, size: file.sizeBytes, sha256: file.sha256, content_type: 'model/gltf-binary' },
    ],
  });
  const [entry] = declared.files;
  if (entry === undefined) throw new Error('the receipt lists no file');
  const base = `/v1/uploads/${declared.upload_id}/files/${entry.file_id}`;
  for (let from: number | null = 1; from !== null;) {
    const page: PartsPage = await expect(api, token, 'GET', `${base}/urls?from=${from}`);
    await sendParts(page.parts, file, signal);
    from = page.next_from;
  }
  await expect(api, token, 'POST', `${base}/complete`);
  for (;;) {
    const receipt = await api.receipt(token, declared.upload_id);
    if (receipt.state === 'published') return receipt;
    if (hasEnded(receipt)) throw new Error(`the upload is ${receipt.state}`);
    await delay(POLL_MS, undefined, { signal });
  }
}

async function sendParts(parts: readonly Part[], file: LargeFile, signal: AbortSignal): Promise<void> {
  const left = [...parts];
  const sender = async () => {
    for (let part = left.shift(); part !== undefined; part = left.shift()) {
      signal.throwIfAborted();
      const { offset, size, put } = part;
      if (put === undefined) throw new Error(`there is no URL for part ${part.part_number}`);
      const { status } = await putToStorage(put, { sizeBytes: size, open: () => file.range(offset, size) });
      if (status !== 200) throw new Error(`the storage answered ${status} to part ${part.part_number}`);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

async function expect<Body>(api: ApiClient, token: string, method: string, path: string): Promise<Body> {
  const answer = await api.call({ method, path, token });
  if (answer.status >= 300) throw new ApiError(answer);
  return answer.body as Body;
}
