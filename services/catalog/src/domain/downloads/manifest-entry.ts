import { manifestEntry, type ManifestEntry } from '@cairn/shared/records/archive-manifest';

/** The bytes of a manifest, as they come from the store. */
export type ReadManifest = (key: string) => Promise<AsyncIterable<Uint8Array>>;

const LINE_FEED = 0x0a;
const MAX_LINE_BYTES = 64 * 1024;

/**
 * Looks for one path in a manifest, of which a line at a time is in memory. Ingest writes `path` first, so
 * only the line that is looked for has to be parsed.
 */
export async function findManifestEntry(
  manifest: AsyncIterable<Uint8Array>,
  path: string,
): Promise<ManifestEntry | undefined> {
  const wanted = Buffer.from(`{"path":${JSON.stringify(path)},`);
  for await (const line of linesOf(manifest)) {
    if (line.subarray(0, wanted.length).equals(wanted)) {
      return manifestEntry.parse(JSON.parse(line.toString('utf8')));
    }
  }
  return undefined;
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let begun: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let text =
      begun.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.concat([begun, chunk]);
    for (let end = text.indexOf(LINE_FEED); end >= 0; end = text.indexOf(LINE_FEED)) {
      yield text.subarray(0, end);
      text = text.subarray(end + 1);
    }
    if (text.length > MAX_LINE_BYTES) throw new Error('a line of a manifest is too long');
    begun = text;
  }
}
