import { createHash } from 'node:crypto';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import type { Examined } from '../examine-case.ts';
import { promise } from './broken-promise.ts';
import { readTarSimply, readZipSimply } from './simple-readers.ts';

const MAX_BYTES = 2 ** 30;

interface Line {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly offset?: number;
  readonly length?: number;
  readonly method?: string;
}

/**
 * A client who has the manifest finds every file in the archive at its range, with its size and hash; and a
 * reader that knows nothing of it finds the same files and no others, with names that stay where they are.
 */
export function checkArchive(
  bytes: Buffer,
  { facts: { archive }, manifest = Buffer.alloc(0) }: Extract<Examined, { outcome: 'accepted' }>,
): void {
  const [, ...lines] = Buffer.from(manifest)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  promise(lines.length === archive?.entries, 'the manifest lists every entry');
  const content = archive.format === 'tar.gz' ? gunzipSync(bytes, { maxOutputLength: MAX_BYTES }) : bytes;
  const found = archive.format === 'zip' ? readZipSimply(bytes) : readTarSimply(content);
  const paths = lines.map(({ path }) => path);
  promise(sameNames(paths, [...found.keys()]), 'another reader finds the same files');
  checkNames(paths);
  for (const line of lines) {
    const alone = archive.format === 'tar.gz' ? found.get(line.path) : cutOut(bytes, line);
    promise(alone !== undefined && isDescribed(alone, line), `${line.path} is in the archive as described`);
    const other = found.get(line.path);
    promise(other === undefined || isDescribed(other, line), `another reader reads ${line.path} alike`);
  }
}

function cutOut(bytes: Buffer, { offset = 0, length = 0, method, size }: Line): Buffer | undefined {
  const range = bytes.subarray(offset, offset + length);
  if (method !== 'deflate') return range;
  try {
    return inflateRawSync(range, { maxOutputLength: Math.max(1, size) });
  } catch {
    return undefined;
  }
}

const isDescribed = (content: Uint8Array, { size, sha256 }: Line): boolean =>
  content.byteLength === size && createHash('sha256').update(content).digest('hex') === sha256;

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());

function checkNames(paths: readonly string[]): void {
  const folded = new Set(paths.map((path) => path.normalize('NFKC').toLowerCase()));
  promise(folded.size === paths.length, 'no two names are one on some system');
  for (const path of paths) {
    const steps = path.split('/');
    promise(!steps.some((step) => ['', '.', '..'].includes(step)), `${path} stays where it is unpacked`);
    promise(!/^[a-z]:|[\\\u0000-\u001f\u202a-\u202e]/i.test(path), `${path} is a name on every system`);
  }
}
