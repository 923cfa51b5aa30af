import { hashHere, type BeginHash } from './content-hash.ts';
import { InspectionFault } from './inspection-fault.ts';
import type { MalwareScanner, ScanResult } from './malware-scanner.ts';
import type { AssetStore } from '../ports.ts';
import type { OnProgress } from './report-progress.ts';

export interface ReadCopyOptions {
  assets: Pick<AssetStore, 'read'>;
  key: string;
  /** Of the copy, in bytes. */
  size: number;
  /** In this thread, unless said otherwise. */
  beginHash?: BeginHash | undefined;
  scanner?: MalwareScanner | undefined;
  onProgress?: OnProgress | undefined;
}

export interface CopyContent {
  readonly sha256: string;
  readonly scan: ScanResult | undefined;
}

/** A private copy that is read from the store once, by whoever inspects it, and hashed and scanned on the way. */
export interface CopyReader {
  /** All of it, front to back; a second call starts over. */
  stream(signal: AbortSignal): AsyncGenerator<Uint8Array>;
  /** What is known since a stream has come to its end. */
  content(): CopyContent | undefined;
}

export function copyReader(options: ReadCopyOptions): CopyReader {
  const { assets, key, size, beginHash = hashHere, scanner, onProgress } = options;
  let content: CopyContent | undefined;
  let reported = 0;

  return {
    async *stream(signal) {
      const hash = beginHash({ sizeBytes: size });
      const scan = scanner?.begin();
      let seen = 0;
      try {
        for await (const piece of await assets.read(key, signal)) {
          signal.throwIfAborted();
          const hashing = hash.update(piece);
          if (hashing !== undefined) await hashing;
          seen += piece.byteLength;
          // A second reading tells nothing new until it is further than the first.
          if (seen > reported) onProgress?.(seen - reported);
          reported = Math.max(reported, seen);
          await scan?.push(piece);
          yield piece;
        }
        if (seen !== size) throw new InspectionFault('store unavailable', 'us');
        content = { sha256: await hash.digest(), scan: await scan?.end() };
      } finally {
        scan?.abort();
        hash.abort();
      }
    },
    content: () => content,
  };
}

export async function readToTheEnd(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}
