import { open } from 'node:fs/promises';

/** Above what a socket takes without saying "wait": a piece is on its way before the next one is asked for. */
const BUFFER_BYTES = 256 * 1024;

/**
 * Bytes `start` to `end` of a file, inclusive, through two buffers: one is read into while the other is sent.
 * A piece is overwritten when the next but one is read, so whoever takes it is done with it, or copies it,
 * before asking on. Fresh buffers for each piece would cost a third of the throughput in garbage collection.
 */
export async function* readAhead(
  path: string,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  const size = Math.min(BUFFER_BYTES, end - start + 1);
  const buffers = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)] as const;
  const file = await open(path);
  const readInto = (buffer: Buffer, from: number) =>
    file.read(buffer, 0, Math.min(size, end - from + 1), from);
  let position = start;
  let reading: ReturnType<typeof readInto> | undefined;
  try {
    reading = readInto(buffers[0], position);
    for (let turn = 1; ; turn += 1) {
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) throw new Error('the file is shorter than its record says');
      position += bytesRead;
      reading = position > end ? undefined : readInto(buffers[turn % 2 === 0 ? 0 : 1], position);
      yield buffer.subarray(0, bytesRead);
      if (reading === undefined) return;
    }
  } finally {
    await reading?.catch(() => undefined);
    await file.close();
  }
}
