import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

export interface ZipEntry {
  readonly name: string;
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
}

/** A zip as a stream; names, contents and date alone decide its bytes. */
export function zipArchive(entries: readonly ZipEntry[], date: Date): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream;
  if (!(output instanceof Readable)) throw new Error('yazl gives no stream of Node');
  zip.on('error', (error: Error) => output.destroy(error));
  for (const { name, open } of entries) {
    const content = Readable.from(opened(open));
    // yazl does not listen for it.
    content.on('error', (error) => output.destroy(error));
    zip.addReadStream(content, name, { mtime: date, mode: 0o100_644 });
  }
  zip.end();
  return output;
}

/** Opened when its turn has come, so that no more than one is open. */
async function* opened(open: ZipEntry['open']): AsyncGenerator<Uint8Array> {
  yield* await open();
}
