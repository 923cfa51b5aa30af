import { MAX_READ_BYTES, type ByteSource } from './byte-source.ts';
import { openContentPipe, type ContentPipe } from './content-pipe.ts';
import type { FromChild, InspectionJob } from './protocol.ts';

/** What is left of a stream that nobody wants is read away up to here; with more the parent starts a new child. */
const WORTH_READING_AWAY = 2 ** 20;

export interface ChildSource extends ByteSource {
  answer(read: number, bytes: Uint8Array | undefined): void;
  /** Leaves the pipe empty for the next job, where that is cheap. */
  finish(): Promise<void>;
}

let pipe: ContentPipe | undefined;

/** The content of one job: ranges by asking the parent, the whole through the pipe. */
export function childSource(job: InspectionJob, send: (message: FromChild) => void): ChildSource {
  const reads = new Map<number, PromiseWithResolvers<Uint8Array>>();
  let nextRead = 1;
  let missing: number | undefined;

  function start(): void {
    if (missing !== undefined) throw new Error('the file can be streamed once only');
    missing = job.size;
    send({ type: 'stream', job: job.id });
  }

  async function* pieces(): AsyncGenerator<Uint8Array> {
    pipe ??= openContentPipe();
    while (missing !== undefined && missing > 0) {
      const piece = await pipe.piece();
      if (piece.length > missing) throw new Error('more bytes than the file has');
      missing -= piece.length;
      yield piece;
    }
  }

  return {
    size: job.size,
    async read(offset, length) {
      const inside = offset >= 0 && length >= 0 && offset + length <= job.size;
      if (!inside || length > MAX_READ_BYTES) throw new RangeError('a read outside of the file');
      if (offset + length <= job.head.length) return job.head.subarray(offset, offset + length);
      const read = nextRead++;
      const answer = Promise.withResolvers<Uint8Array>();
      reads.set(read, answer);
      send({ type: 'read', job: job.id, read, offset, length });
      return await answer.promise;
    },
    stream() {
      start();
      return pieces();
    },
    async whole() {
      start();
      const whole = Buffer.allocUnsafe(job.size);
      pipe ??= openContentPipe();
      await pipe.fill(whole);
      missing = 0;
      return whole;
    },
    answer(read, bytes) {
      const answer = reads.get(read);
      reads.delete(read);
      if (bytes === undefined) answer?.reject(new Error('the parent could not read the file'));
      else answer?.resolve(bytes);
    },
    async finish() {
      if (missing === undefined || missing > WORTH_READING_AWAY) return;
      for await (const _ of pieces());
    },
  };
}
