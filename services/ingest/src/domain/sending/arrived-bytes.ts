import type { IncomingStore } from '../ports.ts';
import type { ArrivedBytes } from '../following/percent.ts';
import { isOpen, type Upload, type UploadFile } from '../upload.ts';

export interface ArrivedBytesDeps {
  incoming: Pick<IncomingStore, 'receivedParts'>;
  now: () => Date;
  /** How long what the store said counts. */
  freshMs?: number;
}

export type CountArrivedBytes = (upload: Upload, files: readonly UploadFile[]) => Promise<ArrivedBytes>;

const MOST_REMEMBERED = 10_000;
const AT_ONCE = 8;

interface Counted {
  readonly at: number;
  readonly bytes: Promise<number>;
}

/**
 * Asks the store which parts of a file have arrived, once a second and file at most, however many ask. A file
 * has at most 320 parts, so that is one request. When the store does not answer, what it said last counts.
 */
export function countArrivedBytes({ incoming, now, freshMs = 1_000 }: ArrivedBytesDeps): CountArrivedBytes {
  const counted = new Map<string, Counted>();
  const newest = new Map<string, number>();

  async function ask(file: UploadFile, storeId: string): Promise<number> {
    try {
      const parts = await incoming.receivedParts(file, storeId);
      // Undefined: the parts have been put together, for the upload is open.
      const bytes = parts === undefined ? file.size : parts.reduce((sum, part) => sum + part.sizeBytes, 0);
      remember(newest, file.file_id, bytes);
      return bytes;
    } catch {
      return newest.get(file.file_id) ?? 0;
    }
  }

  function bytesOf(file: UploadFile, storeId: string): Promise<number> {
    const at = now().getTime();
    const known = counted.get(file.file_id);
    if (known !== undefined && at - known.at < freshMs) return known.bytes;
    const bytes = ask(file, storeId);
    remember(counted, file.file_id, { at, bytes });
    return bytes;
  }

  return async (upload, files) => {
    const arrived = new Map<string, number>();
    if (!isOpen(upload.state)) return arrived;
    const sending = files.filter((file) => file.state === 'waiting' && file.multipart !== undefined);
    async function worker(): Promise<void> {
      for (let file = sending.pop(); file !== undefined; file = sending.pop()) {
        const storeId = file.multipart?.store_id;
        if (storeId !== undefined) arrived.set(file.file_id, await bytesOf(file, storeId));
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return arrived;
  };
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MOST_REMEMBERED) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
