import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  childProcessInspector,
  type InspectorOptions,
} from '../../src/adapters/inspection/child-process-inspector.ts';
import type { FileToInspect } from '../../src/domain/ports.ts';

/** The limits of the issue: two seconds and 512 MB for any file. What outlasts them is killed, and fails. */
const LIMITS: InspectorOptions = {
  processes: 1,
  timeoutMs: 2_000,
  stallMs: 2_000,
  maxRssBytes: 512 * 2 ** 20,
  roomyRssBytes: 1536 * 2 ** 20,
  jobsPerChild: 100,
  maxWaiting: 64,
  acceptPrograms: false,
};

export const childModule = (name: string): string =>
  fileURLToPath(new URL(`../children/${name}.ts`, import.meta.url));

export function inspectorWith(options: Partial<InspectorOptions> = {}) {
  return childProcessInspector({ ...LIMITS, ...options });
}

const PIECE = 65_536;

export interface ReadFile extends FileToInspect {
  /** How many bytes the store was asked for. */
  readonly bytesRead: () => number;
  readonly timesStreamed: () => number;
}

/** A file as it would come from the store, with what was read of it. */
export function aStoredFile(bytes: Uint8Array, more: Partial<FileToInspect> = {}): ReadFile {
  let bytesRead = 0;
  let timesStreamed = 0;
  return {
    role: 'file',
    path: 'a.bin',
    size: bytes.byteLength,
    declaredType: 'application/octet-stream',
    async read(offset, length) {
      bytesRead += length;
      return bytes.subarray(offset, offset + length);
    },
    async *stream() {
      timesStreamed += 1;
      for (let at = 0; at < bytes.byteLength; at += PIECE) {
        const piece = bytes.subarray(at, at + PIECE);
        bytesRead += piece.byteLength;
        yield piece;
      }
    },
    bytesRead: () => bytesRead,
    timesStreamed: () => timesStreamed,
    ...more,
  };
}

export const aStoredPicture = (bytes: Uint8Array, declaredType: string): ReadFile =>
  aStoredFile(bytes, { role: 'picture', path: 'a picture', declaredType });

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
