import { manifestEntry, type ManifestEntry } from '@cairn/shared/records/archive-manifest';
import { comparePaths } from '@cairn/shared/records/path-order';

/** Bytes of a manifest that are looked through for one path. */
export const BLOCK_BYTES = 64 * 1024;

const LINE_FEED = 0x0a;

/** Where whole lines of a manifest lie, and the path of the first of them. */
export interface ManifestBlock {
  readonly firstPath: string;
  readonly offset: number;
  readonly length: number;
}

/** Goes through a manifest once, of which a line at a time is in memory. Rejects what is cut short or unsorted. */
export async function blocksOf(
  manifest: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): Promise<ManifestBlock[]> {
  const blocks: ManifestBlock[] = [];
  let offset = 0;
  for await (const line of linesOf(manifest)) {
    const length = line.length + 1;
    const last = blocks.at(-1);
    if (last !== undefined && last.length + length <= BLOCK_BYTES) {
      blocks[blocks.length - 1] = { ...last, length: last.length + length };
    } else if (offset > 0) {
      // The header alone has no path.
      const { path } = manifestEntry.parse(JSON.parse(line.toString('utf8')));
      if (last !== undefined && comparePaths(last.firstPath, path) >= 0) {
        throw new Error('a manifest is not sorted');
      }
      blocks.push({ firstPath: path, offset, length });
    }
    offset += length;
  }
  if (offset !== sizeBytes) throw new Error('a manifest has not the length that its release tells');
  return blocks;
}

/** The only block that can have a path; undefined: it is before all of them. */
export function blockFor(blocks: readonly ManifestBlock[], path: string): ManifestBlock | undefined {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePaths(blocks[middle]?.firstPath ?? '', path) <= 0) low = middle + 1;
    else high = middle;
  }
  return blocks[low - 1];
}

/** Ingest writes `path` first, so only the line that is looked for has to be parsed. */
export function findEntry(block: Uint8Array, path: string): ManifestEntry | undefined {
  const lines = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  const begin = Buffer.from(`{"path":${JSON.stringify(path)},`);
  const start = lines.subarray(0, begin.length).equals(begin) ? 0 : afterLineFeed(lines, begin);
  if (start === undefined) return undefined;
  const end = lines.indexOf(LINE_FEED, start);
  if (end < 0) throw new Error('a block of a manifest ends within a line');
  return manifestEntry.parse(JSON.parse(lines.toString('utf8', start, end)));
}

// JSON has no line feed within a line, so that this is found where a line begins and nowhere else.
function afterLineFeed(lines: Buffer, begin: Buffer): number | undefined {
  const at = lines.indexOf(Buffer.concat([Buffer.of(LINE_FEED), begin]));
  return at < 0 ? undefined : at + 1;
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
    if (text.length > BLOCK_BYTES) throw new Error('a line of a manifest is too long');
    begun = text;
  }
}
